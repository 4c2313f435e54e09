"""The forms that mark a field of a record as secret and lift a mark again, for those who may."""

from models.measures import Mark
from models.record import Record
from models.words import Act
from tracker.acts import marking
from tracker.pages import Field, Form, Option
from tracker.spine.reading import Reading, address
from tracker.views.answer import say


def setting(look: Reading, row: Record) -> Form | None:
    """The form that marks a field; none where nothing can be marked, or not by this reader."""
    names = type(row).markable()
    if not names or row.frozen or Act.MARK not in look.acts(row):
        return None
    kinds, provision = type(row).kinds(), Mark._meta.fields["provision"]
    options = tuple(Option(name, say(kinds[name].label)) for name in names)
    asked = (
        Field("field", say("Field"), "choice", required=True, options=options),
        Field("provision", say(provision.label), "text", "OSL 18:8", say(provision.hint), required=True),
    )
    return Form(f"{address(row)}/markning", say("Mark as secret"), asked)


def lifting(look: Reading, row: Record) -> tuple[Form, ...]:
    """The button that lifts a mark, while there is one."""
    if Act.MARK not in look.acts(row):
        return ()
    kinds, marks = type(row).kinds(), marking.marks_of(row)
    options = tuple(Option(mark.field, f"{say(kinds[mark.field].label)} ({mark.provision})") for mark in marks)
    field = Field("field", say("Field"), "choice", required=True, options=options)
    return (Form(f"{address(row)}/markning/havning", say("Lift a mark"), (field,)),) if marks else ()
