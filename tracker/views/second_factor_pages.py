"""The pages of two-step sign-in, as values."""

from flask import Response, g, url_for

from models.second_factor import Passkey
from tracker.acts import people
from tracker.acts.people.factors import Factor
from tracker.acts.people.second_factor import CODE
from tracker.language import word
from tracker.pages import Column, Field, Form, Link, Picture, Row, SecondFactorPage, Shown, Table
from tracker.views import drawing, proving
from tracker.views.answer import page, say


def proving_page(target: str, problems: dict[str, str] | None = None) -> Response:
    """Asks who it is: by what they have, or by the password."""
    problems = problems or {}
    has = bool(people.factors.of(g.actor))
    asked = proving.asked(g.actor, problems.get(CODE, "")) if has else proving.Asked((_password(problems),))
    form = Form(
        url_for("second_factor.prove"), say("Continue"), asked.fields, (("next", target), *asked.hidden),
        title=say("Confirm that it is you"), key=asked.key,
    )  # fmt: skip
    return _page(SecondFactorPage(title=_title(), crumbs=_crumbs(), notices=_notices(), forms=(form,)), problems)


def managing_page(target: str, problems: dict[str, str] | None = None, name: str = "") -> Response:
    """What one has, and what can be done about it."""
    problems, factors = problems or {}, people.factors.of(g.actor)
    count = say("%(count)s recovery codes are unused.", count=people.factors.codes_left(g.actor))
    return _page(
        SecondFactorPage(
            title=_title(),
            lead=say("Besides the password you confirm with a code from an app, or with a passkey."),
            crumbs=_crumbs(),
            actions=(Link(say("Add an app"), url_for("second_factor.begin_app", next=target), primary=True),),
            notices=(*_notices(), *((count,) if factors else ()), *_nameless()),
            table=_table(factors) if factors else None,
            forms=(
                *_passkey(target, problems.get("name", ""), name),
                *(_remove(each, target) for each in factors),
                *((_codes(target),) if factors else ()),
            ),
        ),
        problems,
    )


def app_page(
    begun: tuple[str, str, str], target: str, name: str = "", problems: dict[str, str] | None = None
) -> Response:
    """The secret, to be read by an app or typed into it, and the code that shows that it was."""
    secret, address, ticket = begun
    problems = problems or {}
    code = Field(
        CODE, say("The code that the app shows"), "text", problem=problems.get(CODE, ""), required=True,
        autocomplete="one-time-code", longest=20,
    )  # fmt: skip
    label = say("A QR code with the secret that is written below")
    return _page(
        SecondFactorPage(
            title=say("Add an app"),
            crumbs=(*_crumbs(), Link(_title(), url_for("second_factor.show", next=target))),
            steps=(
                say("Open an app that shows one-time codes (TOTP), such as the one your municipality recommends."),
                say("Let it read the picture, or type the secret into it."),
                say("Write the code that it shows. Nothing is saved before."),
            ),
            picture=Picture(label, *drawing.qr(address)),
            preformatted=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            forms=(
                Form(
                    url_for("second_factor.add_app"), say("Add the app"), (_name(name, problems.get("name", "")), code),
                    (("next", target), ("second_ticket", ticket)),
                ),
            ),
        ),
        problems,
    )  # fmt: skip


def codes_page(codes: tuple[str, ...], target: str) -> Response:
    """Shown this once."""
    return page(
        SecondFactorPage(
            title=say("Your recovery codes"),
            lead=say("They are shown now and never again. Each works once, when you have lost the app or the passkey."),
            notices=(
                say("Print them or write them down, and lock them in. Keep them in no file and no picture."),
                say("Codes that you had before no longer work."),
            ),
            preformatted="\n".join(codes),
            actions=(Link(say("I have kept them"), target, primary=True),),
        )
    )


def _page(value: SecondFactorPage, problems: dict[str, str]) -> Response:
    return page(value, 422 if problems else 200)


def _title() -> str:
    return say("Two-step sign-in")


def _crumbs() -> tuple[Link, ...]:
    return (Link(say("Your account"), url_for("account.show")),)


def _notices() -> tuple[str, ...]:
    if people.second_factor.is_gone(people.myself(g.actor)):
        return (
            say("What you had is gone, and nobody removed it here. Tell whoever runs Värna, then set up a new one."),
        )
    if not people.second_factor.is_needed(g.actor):
        return ()
    if g.confined:
        return (say("Your role asks for two-step sign-in. Set it up here first; then everything else opens."),)
    return (say("Your role asks for two-step sign-in; in the demonstration it is not demanded."),) if g.demo else ()


def _nameless() -> tuple[str, ...]:
    """Why no passkey is offered."""
    site = proving.site()
    return () if site.has_passkeys else (say("The address here is a number; browsers make passkeys for names only."),)


def _password(problems: dict[str, str]) -> Field:
    problem = problems.get("old_password", "")
    return Field(
        "old_password", say("Present password"), "password", problem=problem, required=True,
        autocomplete="current-password",
    )  # fmt: skip


def _table(factors: list[Factor]) -> Table:
    columns = (Column("name", say("Name")), Column("kind", say("What it is")), Column("added", say("Added")))
    return Table(_title(), columns, tuple(map(_row, factors)))


def _row(factor: Factor) -> Row:
    kind = say("Passkey for %(host)s", host=factor.host) if isinstance(factor, Passkey) else say("App that shows codes")
    return Row("", (Shown(factor.name), Shown(kind), Shown(word(factor.added_at, g.locale))))


def _name(value: str, problem: str) -> Field:
    return Field(
        "name", say("Name"), "text", value, hint=say("What you call it, such as “Work phone”."), problem=problem,
        required=True, longest=60,
    )  # fmt: skip


def _passkey(target: str, problem: str, name: str) -> tuple[Form, ...]:
    title, action = say("Add a passkey"), url_for("second_factor.add_passkey")
    lead = say("A security key, or the fingerprint, face or code that opens your device.")
    challenge = people.factors.begin_passkey(g.actor, proving.site(), at=g.at)
    if challenge is None:
        return ()
    without = say("This browser cannot make a passkey here. Add an app instead.")
    key = proving.answering(title, challenge.options, makes=True, without=without)
    hidden = (("next", target), ("second_ticket", challenge.ticket))
    return (Form(action, "", (_name(name, problem),), hidden, title=title, lead=lead, key=key),)


def _remove(factor: Factor, target: str) -> Form:
    action = url_for("second_factor.remove", uid=factor.uid.hex)
    return Form(action, say("Remove: %(name)s", name=factor.name), hidden=(("next", target),), danger=True)


def _codes(target: str) -> Form:
    action, label = url_for("second_factor.new_codes"), say("Make new recovery codes")
    lead = say("Ten codes, shown once. Those you have now stop working.")
    return Form(action, label, hidden=(("next", target),), danger=True, title=say("Recovery codes"), lead=lead)
