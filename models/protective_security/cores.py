"""What a protective measure is about: sealed, edition after edition. Only the vault opens it."""

from models.kinds import Day, Link, Sealed
from models.protective_security.measures import ProtectiveMeasure
from models.record import declares
from models.sealing import SealedRecord
from models.words import Labelled, Register, named


class SecrecyClass(Labelled):
    """What somebody says of what they are about to write. It is asked each time, and stored nowhere.

    Source: säkerhetsskyddslagen (2018:585) 2 kap. 5 §.
    """

    NONE = named("none", "No säkerhetsskyddsklass")
    RESTRICTED = named("restricted", "Begränsat hemlig")
    CONFIDENTIAL = named("confidential", "Konfidentiell")
    SECRET = named("secret", "Hemlig")
    TOP_SECRET = named("top_secret", "Kvalificerat hemlig")


@declares(
    "Sealed content",
    "Sealed contents",
    register=Register.PROTECTIVE_SECURITY,
    slug="innehall",
    title="written_on",
    columns=("written_on", "by", "title", "what", "document", "destroyed_on"),
    sorts=("-written_on",),
    part_of="measure",
    creatable=False,
    editable=False,
)
class MeasureCore(SealedRecord):
    """One edition of a measure's content. A new one is written beside the old: nobody writes over what is sealed."""

    measure = Link("Measure", to=ProtectiveMeasure, typed=False)
    written_on = Day("Written", typed=False, index=True)
    title = Sealed("Title", typed=False)
    protects = Sealed("What it protects", typed=False)
    vulnerability = Sealed("Vulnerability", typed=False)
    what = Sealed("What is to be done", typed=False)
    notes = Sealed("Notes", typed=False)
    document = Sealed("Document", typed=False)
    destroyed_on = Day("Destroyed here", optional=True, typed=False)

    class Meta:
        indexes = ((("measure", "edition"), True),)

    @classmethod
    def stands_in(cls, measure: int) -> bool:
        """Whether something is sealed here for a measure, that has not been destroyed."""
        return cls.select().where((cls.measure == measure) & cls.destroyed_on.is_null()).exists()

    @classmethod
    def newest(cls, measure: ProtectiveMeasure, *names: str) -> "MeasureCore | None":
        """The edition that holds now, to be read: with these sealed fields only, for a document is large."""
        plain = [kind for name, kind in cls._meta.fields.items() if name not in cls.sealed() or name in names]
        return cls.select(*plain).where(cls.measure == measure).order_by(cls.edition.desc()).first()
