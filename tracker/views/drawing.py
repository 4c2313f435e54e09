"""QR codes as values that a template draws: no picture is fetched, and nothing inline that our CSP forbids."""

import segno


def qr(text: str) -> tuple[int, str]:
    """How many modules a side has, and the dark ones as the path of an SVG."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), "".join(runs)
