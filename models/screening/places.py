"""Coordinates inside Sweden: degrees with decimals, degrees and minutes, SWEREF 99 TM and RT 90."""

import re

_BETWEEN = r"(?:[\s°NnOoEeÖö,;:/|()=-]|lat(?:itud)?|lon(?:g|gitud)?){1,16}?"
_NORTH, _EAST = r"(?:5[5-9]|6[0-9])[.,][0-9]{3,12}", r"(?:1[0-9]|2[0-5])[.,][0-9]{3,12}"
_START, _END = r"(?<![0-9.,])", r"(?![0-9]|[.,][0-9]|\s?(?:kr\b|SEK|%))"

_DEGREES = re.compile(rf"{_START}(?:{_NORTH}{_BETWEEN}{_EAST}|{_EAST}{_BETWEEN}{_NORTH}){_END}")

_MINUTES = r"\s?°\s?[0-9]{1,2}(?:[.,][0-9]{1,6})?\s?'\s?(?:[0-9]{1,2}(?:[.,][0-9]{1,6})?\s?(?:\"|''))?"
_ANGLES = re.compile(rf"(?<![0-9])(?:5[5-9]|6[0-9]){_MINUTES}\s?(?:N|n|[^0-9]{{0,8}}(?:1[0-9]|2[0-5]){_MINUTES})")

_X, _Y = r"(?:6[1-9]|7[0-6])[0-9]{5}", r"(?:[2-9][0-9]{5}|1[2-8][0-9]{5})"
_TAIL = r"(?:\.[0-9]{1,3})?"
_GRID = re.compile(
    rf"{_START}(?:{_X}{_TAIL}(?:[\s,;:/|()=XYNE-]|m\b){{1,10}}?{_Y}|{_Y}{_TAIL}(?:[\s,;:/|()=XYNE-]|m\b){{1,10}}?{_X}){_TAIL}"
    r"(?![0-9]|\s?(?:kr\b|SEK|%))"
)
_GROUPED = re.compile(
    r"\b[NX]\s?[:=]?\s?(?:6 [1-9]|7 [0-6])[0-9]{2} [0-9]{3}[\s,;/]{1,4}"
    r"[EY]\s?[:=]?\s?(?:1 )?[2-9][0-9]{2} [0-9]{3}(?![0-9])"
)


_POSSIBLE = re.compile(r"[0-9](?:[.,][0-9]{3}|\s?°|[0-9]{5}| [0-9]{3} )")
"""What every one of them holds."""


def has_coordinates(text: str) -> bool:
    """Whether a folded text points at a place in Sweden."""
    if not _POSSIBLE.search(text):
        return False
    return any(pattern.search(text) for pattern in (_DEGREES, _ANGLES, _GRID, _GROUPED))
