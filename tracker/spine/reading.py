"""The one door to values for people: each is shown as this reader may see it, masked where it is secret."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from models.happenings import COMMANDS
from models.kinds import Choice, Day, Flag, Kind, Link, Moment, Number, Sealed
from models.measures import Mark
from models.people import Actor
from models.record import Record
from models.words import Act, Labelled, Message, Protection
from tracker import language
from tracker.laws import policy
from tracker.pages import Link as Goto
from tracker.pages import Shown
from tracker.spine.reach import EVERYTHING, NOTHING, acts_on, reads_secret

MASKED = Message("masked, %(ground)s, marked %(on)s by %(by)s")
STANDING = Message("masked, %(ground)s")

_in_words = lru_cache(maxsize=4096)(language.word)  # of a day: a list holds the same ones again and again


class Reading:
    """What one reader sees of some records at one moment: their marks and the names they link to, each fetched once."""

    def __init__(self, actor: Actor, at: dt.datetime, locale: str) -> None:
        self.actor, self.at, self.locale = actor, at, locale
        self.today = language.today(at)
        self._marks: dict[tuple[str, uuid.UUID, str], Mark] = {}
        self._asked: set[uuid.UUID] = set()  # whose marks have been fetched
        self._secret: set[tuple[str, int]] = set()
        self._prepared: set[tuple[str, int]] = set()
        self._names: dict[tuple[str, int], Record] = {}
        self._acts: dict[tuple[str, int], frozenset[Act]] = {}

    def prepare(self, rows: Sequence[Record], fields: Iterable[str]) -> None:
        """Fetches what is needed to show `fields` of `rows`: a fixed number of queries, however many rows."""
        if not rows:
            return
        record_type = type(rows[0])
        self._fetch_marks(record_type, rows)
        wanted: dict[type[Record], set[int]] = defaultdict(set)
        for name in fields:
            kind = record_type._meta.fields[name]
            if isinstance(kind, Link):
                wanted[kind.rel_model] |= {row.__data__[name] for row in rows if row.__data__.get(name)}
        for linked, numbers in wanted.items():
            self.name(linked, numbers)

    def name(self, linked: type[Record], numbers: Iterable[int]) -> None:
        """Fetches the titles of linked records."""
        missing = [number for number in numbers if (linked.__name__, number) not in self._names]
        if not missing or not hasattr(linked, "declared"):
            return
        told = (linked.id, linked.uid, linked._meta.fields[linked.declared.title])
        self._names |= {(linked.__name__, row.id): row for row in linked.select(*told).where(linked.id.in_(missing))}

    def protection(self, row: Record, name: str) -> Protection:
        """A field's floor, raised by a mark on this record."""
        floor = row.floor(name)
        marked = (row._meta.table_name, row.uid, name) in self._marks
        return Protection.SECRET if floor is Protection.OPEN and marked else floor

    def remark(self, row: Record, text: str) -> Shown:
        """What was said about a record; where anything of the record is secret, so is what was said about it."""
        if (row._meta.table_name, row.id) in self._secret:
            return Shown(text)
        marked = [mark.field for (_, uid, _), mark in self._marks.items() if uid == row.uid]
        marked += [name for name in type(row).kinds() if row.floor(name) is Protection.SECRET]
        return Shown(masked=self._why(row, marked[0])) if marked else Shown(text)

    def shown(self, row: Record, name: str) -> Shown:
        """The stored value of a field, as this reader may see it; a deadline also in words."""
        kind, day = row._meta.fields[name], row.as_of(name, self.today)
        shown = self.value(row, name, day)
        if not (getattr(kind, "deadline", False) and shown.iso and row.__data__.get("state") and row.is_waiting):
            return shown
        now = self.at if isinstance(kind, Moment) else self.today
        return replace(shown, words=language.distance(day, now, self.locale), tone="no" if day < now else "")

    def value(self, row: Record, name: str, value: Any) -> Shown:
        """Any value that the field has or had, under its present protection, which `prepare` has to know."""
        if (row._meta.table_name, row.id) not in self._prepared:
            raise LookupError(f"Nobody has asked yet what is secret in this {type(row).__name__}.")
        kind = row._meta.fields[name]
        protection = self.protection(row, name)
        if protection is Protection.SEALED or isinstance(kind, Sealed):
            return Shown(sealed=True, tone="seal")
        if protection is Protection.SECRET and (row._meta.table_name, row.id) not in self._secret:
            return Shown(masked=self._why(row, name))
        shown, mark = self._open(kind, value), self._marks.get((row._meta.table_name, row.uid, name))
        return replace(shown, marked=mark.provision) if mark else shown

    def say(self, text: Any) -> str:
        return language.word(text, self.locale) if not isinstance(text, str) else language.say(text, self.locale)

    def moment(self, at: dt.datetime) -> Shown:
        return Shown(language.word(at, self.locale), iso=at.isoformat(timespec="seconds"))

    def who(self, name: str) -> str:
        """Whose act it was: a person's name as it stands, the system's in words."""
        return self.say(COMMANDS.get(name, "")) or name

    def title(self, row: Record) -> str:
        """What a record is called: its title, or for a part also what kind of thing it is."""
        declared = row.declared
        title = self.shown(row, declared.title).text or row.uid.hex[:8]
        one = language.count(declared.one, declared.many, 1, self.locale)
        return f"{one} {title}" if declared.part_of and isinstance(row._meta.fields[declared.title], Day) else title

    def named(self, record_type: type[Record], number: int = 1) -> str:
        """What one such record is called, or several."""
        return language.count(record_type.declared.one, record_type.declared.many, number, self.locale)

    def adding(self, record_type: type[Record], href: str, primary: bool = False) -> Goto:
        """The link to a new record's form."""
        thing = self.named(record_type).lower()
        return Goto(self.say(Message("Add %(thing)s", thing=thing)), href, primary=primary)

    def acts(self, row: Record) -> frozenset[Act]:
        """What the reader may do with this very record."""
        key = (row._meta.table_name, row.id)
        if key not in self._acts:
            self._acts[key] = acts_on(self.actor, row, self.today)
        return self._acts[key]

    def may_see(self, record_type: type[Record]) -> bool:
        return policy.may(self.actor, record_type.declared.register, Act.SEE)

    def fetch_marks(self, tables: Iterable[str], uids: Collection[uuid.UUID], ahead: bool = True) -> None:
        """The marks on these records of these tables, in one query; `ahead` of `prepare`, which then asks for none."""
        about = Mark.about_type.in_(list(tables)) & Mark.about_uid.in_(list(uids))
        marks = Mark.select().where(about & Mark.stands(self.today))
        self._marks |= {(mark.about_type, mark.about_uid, mark.field): mark for mark in marks}
        self._asked |= set(uids) if ahead else set()

    def _fetch_marks(self, record_type: type[Record], rows: Sequence[Record]) -> None:
        table = record_type._meta.table_name
        if not self._asked.issuperset(row.uid for row in rows):
            self.fetch_marks([table], [row.uid for row in rows], ahead=False)
        readable = reads_secret(self.actor, record_type, self.today)
        self._prepared |= {(table, row.id) for row in rows}
        numbers = [] if readable is NOTHING else [row.id for row in rows]
        if numbers and readable is not EVERYTHING:
            found = record_type.select(record_type.id).where(record_type.id.in_(numbers) & readable)
            numbers = [number for (number,) in found.tuples()]
        self._secret |= {(table, number) for number in numbers}

    def _why(self, row: Record, name: str) -> str:
        mark = self._marks.get((row._meta.table_name, row.uid, name))
        if mark is None:
            return language.say(Message(STANDING.msgid, ground=row.ground), self.locale)
        return language.say(Message(MASKED.msgid, ground=mark.provision, on=mark.on, by=self.who(mark.by)), self.locale)

    def _open(self, kind: Kind, value: Any) -> Shown:
        if value is None or value == "":
            return Shown()
        if isinstance(kind, Choice):
            member = value if isinstance(value, Labelled) else kind.enum_class(value)
            return Shown(language.say(member, self.locale), tone=getattr(member, "tone", ""))
        if isinstance(kind, Link):
            return self._linked(kind.rel_model, getattr(value, "id", value))
        if isinstance(kind, Day):
            day = dt.date.fromisoformat(value) if isinstance(value, str) else value
            return Shown(_in_words(day, self.locale), iso=day.isoformat())
        if isinstance(kind, Moment):
            return self.moment(dt.datetime.fromisoformat(value) if isinstance(value, str) else value)
        if isinstance(kind, Flag):
            return Shown(language.word(bool(value), self.locale))
        told = kind.told(value)
        if isinstance(told, int):
            return Shown(language.number(told, self.locale), plain=str(told), numeric=True)
        return Shown(language.word(told, self.locale), numeric=isinstance(kind, Number))

    def _linked(self, linked: type[Record], number: int) -> Shown:
        row = self._names.get((linked.__name__, number))
        if row is None:
            return Shown(str(number))
        text = language.word(row.__data__[row.declared.title], self.locale)
        return Shown(text, href=address(row) if self.may_see(linked) else "")


def address(row: Record) -> str:
    """Where a record's page is."""
    return f"/{row.declared.slug}/{row.uid.hex}"
