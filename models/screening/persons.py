"""Personal identity numbers and samordningsnummer (folkbokföringslagen 18, 18 a §§)."""

import datetime as dt
import re

_NUMBER = re.compile(
    r"(?<![0-9])((?:1[89]|20)?[0-9]{2})([01][0-9])([0-9]{2})(?: ?([-+]) ?| )?([0-9]{4})(?![0-9A-Za-z])", re.ASCII
)
_LAST = re.compile(r"[0-9]{4}", re.ASCII)
_INSIDE = re.compile(r"[0-9][A-Za-z]{1,20}$", re.ASCII)
"""What stands before digits that lie inside a longer sign of letters and digits: a checksum, a serial number."""

_PHONE = re.compile(r"0[0-9]{9}", re.ASCII)
_SAID = re.compile(r"person|samordning|\bp-?nr|född", re.IGNORECASE)
_BEFORE = 40
"""Characters before ten digits that begin like a telephone number, in which something says that they are a person's."""


def has_personal_number(text: str) -> bool:
    """Whether a folded text holds ten or twelve digits that are somebody's: the day exists, the check digit holds.

    A number of an organisation has 20 or more for its month. Ten digits without a sign, from 0 on, are a telephone
    number unless the words before say otherwise.
    """
    return _LAST.search(text) is not None and any(_is_real(found, text) for found in _NUMBER.finditer(text))


def _is_real(found: re.Match[str], text: str) -> bool:
    year, month, day, _, last = found.groups()
    before = text[max(0, found.start() - _BEFORE) : found.start()]
    if _INSIDE.search(before):
        return False
    if _PHONE.fullmatch(found[0]) and not _SAID.search(before):
        return False
    return _exists(int(year[-2:]), int(month), int(day)) and _checks(year[-2:] + month + day + last)


def _exists(year: int, month: int, day: int) -> bool:
    """In some century; a samordningsnummer has 60 added to its day."""
    try:
        dt.date(2000 + year, month, day - 60 if day > 60 else day)  # 2000 is a leap year, as 1900 was not: let it pass
    except ValueError:
        return False
    return True


def _checks(digits: str) -> bool:
    """Luhn's check over ten digits."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
