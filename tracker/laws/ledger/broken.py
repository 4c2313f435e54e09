"""What verification finds: how much was looked at, and the first thing that does not hold."""

from dataclasses import dataclass

from tracker.laws.ledger.stored import Unreadable


@dataclass(frozen=True)
class Broken:
    """The first thing that does not hold. Names the place, never the content."""

    what: str
    entry: int | None = None
    record_type: str = ""
    uid: str = ""
    field: str = ""

    def __str__(self) -> str:
        place = [f"entry {self.entry}" if self.entry else "", f"{self.record_type} {self.uid}".strip(), self.field]
        return f"{', '.join(filter(None, place))}: {self.what}" if any(place) else self.what


UNREADABLE = Broken("the database cannot be read, or is not Värna's")


@dataclass(frozen=True)
class Verified:
    """How much was looked at, and the first thing that broke (None: whole)."""

    entries: int
    rows: int
    broken: Broken | None = None

    @property
    def whole(self) -> bool:
        return self.broken is None


class Stop(Exception):
    """Something does not hold, so the rest is not looked at."""

    def __init__(self, broken: Broken) -> None:
        self.broken = broken


def unreadable(error: Unreadable) -> Broken:
    """Where a value is that cannot be read."""
    table, said = error.model._meta.table_name, error.said
    number = said.get({"entry": "number", "entry_detail": "entry"}.get(table, ""))
    uid = str(said.get("uid", said.get("record_uid", ""))).replace("-", "")
    return Broken(
        "the row holds a value that cannot be read",
        number if isinstance(number, int) else None,
        table,
        uid if uid.isalnum() and len(uid) == 32 else "",
        error.field,
    )
