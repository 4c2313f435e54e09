"""Codes to doors, gates, key cabinets and alarms: a word for it, and then the digits."""

import re

_DIGITS = (
    r"[\"'(*#]{0,2}[0-9](?: ?[0-9]){2,7}[#*]{0,2}"
    r"(?![0-9])(?![-/.:,][0-9])"  # a day, a time, a sum
    r"(?! ?(?:st\b|styck|kr\b|kronor|person|%))"
)
_OPENS = (
    r"(?:port|dörr|entré|grind|larm|av?larmnings|passer|pass|pin|tag|lås|hänglås|"
    r"nyckel(?:box|skåp|gömme)s?|hiss|garage|grund|ytter)"
)
_KIND = rf"(?<![a-zåäö0-9-]){_OPENS}[- ]?kod(?:en|er|erna|s|ens)?(?![a-zåäö])"
_PLAIN = r"(?<![a-zåäö0-9-])(?:kod(?:en|er|erna)?|pin)(?![a-zåäö-])"
_IS = r"(?:\bär\b|\blyder\b|[:=])"

_SAID = re.compile(
    rf"(?:{_KIND}\s{{0,3}}-?\s{{0,3}}|(?:{_KIND}|{_PLAIN})[^.\n:=]{{0,60}}?{_IS}\s{{0,3}}){_DIGITS}", re.IGNORECASE
)
_SAID_AFTER = re.compile(
    r"(?<![0-9:.,/-])[0-9](?: ?[0-9]){2,7}[#*]{0,2}\s{0,2}(?:\bär\b|=|\()\s{0,2}"
    rf"(?:{_KIND}|koden?\b (?:till|för))",
    re.IGNORECASE,
)


def has_code(text: str) -> bool:
    """Whether a folded text says a code. Other codes (felkod, statuskod, postkod) are words of their own and pass."""
    small = text.lower()
    if "kod" not in small and "pin" not in small:
        return False
    return bool(_SAID.search(text) or _SAID_AFTER.search(text))
