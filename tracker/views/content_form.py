"""The form in which the content of a measure is written."""

from collections.abc import Iterable, Mapping, Sequence

from flask import g

from models.protective_security import MeasureCore, ProtectiveMeasure, SecrecyClass, ceiling
from models.words import Problem
from tracker import language
from tracker.acts.vault import cores
from tracker.pages import Field, Form, FormPage, Option
from tracker.pages import Link as Goto
from tracker.spine.reading import address
from tracker.views.answer import say


def content_page(
    measure: ProtectiveMeasure, typed: Mapping[str, str], edition: int = 0, problems: Sequence[Problem] = (),
    conflict: str = "", theirs: Mapping[str, str] | None = None,
) -> FormPage:  # fmt: skip
    """The form for the edition after `edition`; with what was typed, what is wrong, and what another wrote first."""
    wrong: dict[str, str] = {}
    for problem in problems:
        wrong.setdefault(problem.field, say(problem.message))
    secrecy = secrecy_field(typed.get("secrecy", ""), wrong)
    texts = (
        Field(
            name, say(MeasureCore._meta.fields[name].label), "text" if name == "title" else "note",
            typed.get(name, ""), problem=wrong.get(name, ""), required=name == "title", longest=cores.LONGEST[name],
            theirs=(theirs or {}).get(name, ""),
        )
        for name in cores.TEXTS
    )  # fmt: skip
    return FormPage(
        title=say("Content of %(code)s", code=measure.code),
        lead=say("It is sealed as you save it. You cannot read it again without unlocking the vault."),
        crumbs=(Goto(measure.code, address(measure)),),
        form=Form(
            f"{address(measure)}/skriv", say("Seal and save"), (secrecy, *texts, *_document(typed, edition, wrong)),
            (("edition", str(edition)),), upload=True, working=say("It is being sealed …"),
        ),
        problems=tuple(wrong.items()),
        conflict=conflict,
    )  # fmt: skip


def _document(typed: Mapping[str, str], edition: int, wrong: Mapping[str, str]) -> Iterable[Field]:
    yield Field(
        "document", say("Document"), "file", problem=wrong.get("document", ""),
        hint=say("One PDF, JPEG, PNG or WebP of at most 25 MB. A new one takes the place of the old."),
    )  # fmt: skip
    if edition:
        yield Field(
            "keeps_document", say("Keep the document of the earlier edition, unless a new one is chosen"), "flag",
            typed.get("keeps_document", ""), problem=wrong.get("keeps_document", ""),
        )  # fmt: skip


def secrecy_field(chosen: str, wrong: Mapping[str, str]) -> Field:
    """Which class what is about to be sealed has, asked each time."""
    highest = {"class": say(ceiling(language.today(g.at)))}
    return Field(
        "secrecy", say("Class of what you write"), "choice", problem=wrong.get("secrecy", ""), required=True,
        hint=say("Highest class in this installation: %(class)s. It is asked, and not stored.", **highest),
        options=tuple(Option(one.value, say(one), one.value == chosen) for one in SecrecyClass),
    )  # fmt: skip


def secrecy_of(sent: str) -> SecrecyClass | None:
    return next((one for one in SecrecyClass if one.value == sent), None)
