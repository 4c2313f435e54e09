"""Records whose content is sealed: what their envelopes are bound to beside the place where they stand."""

from models.kinds import Link, Number, Sealed
from models.people import Person
from models.record import Record


class SealedRecord(Record):
    """A record with sealed fields. Which edition of them it is, and who wrote it, is part of what seals them."""

    edition = Number(default=1, typed=False)
    by = Link("Written by", to=Person, typed=False)

    @classmethod
    def sealed(cls) -> list[str]:
        """The names of its sealed fields."""
        return [name for name, kind in cls.kinds().items() if isinstance(kind, Sealed)]
