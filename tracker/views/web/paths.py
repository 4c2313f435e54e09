"""Where a person may be sent: to paths of ours only."""

import unicodedata
from urllib.parse import urlsplit

LONGEST = 2000


def our_path(target: str | None, default: str = "/") -> str:
    """`target` if it is a path on this host. Browsers read //, /\\ and signs that they skip as other hosts."""
    if not target or len(target) > LONGEST or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(unicodedata.category(sign)[0] == "C" for sign in target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target
