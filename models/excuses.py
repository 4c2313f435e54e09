"""What people have said of their own texts to the free-text guard: that this is not what it looks like, and why."""

import datetime as dt
from collections.abc import Iterable, Iterator

from models.kinds import Choice, Link, Moment, Text, Uid
from models.people import Actor, Person
from models.record import Record
from models.screening import LONGEST, Excused, Rule, found


class Excuse(Record):
    """That one field of one record was let through by one rule, because its writer said so. Never the text itself."""

    frozen = True

    about_type = Text(max_length=40, typed=False)
    about_uid = Uid()
    field = Text(max_length=40, typed=False)
    rule = Choice("What it looked like", Rule, typed=False)
    reason = Text("Why it is not", max_length=LONGEST, optional=True, typed=False)
    by = Link("By", to=Person, typed=False)
    at = Moment("When", typed=False)

    class Meta:
        indexes = ((("about_type", "about_uid"), False),)


def given(row: Record, fields: Iterable[str], actor: Actor, at: dt.datetime) -> Iterator[Excuse]:
    """The excuses that come with the texts of these fields, not saved yet: one for each rule that a text breaks."""
    for name in fields:
        text = row.__data__.get(name)
        for rule in found(text) if isinstance(text, Excused) else ():
            about = dict(about_type=row._meta.table_name, about_uid=row.uid, field=name)
            yield Excuse(**about, rule=rule, reason=text.reason or None, by=actor.id, at=at)
