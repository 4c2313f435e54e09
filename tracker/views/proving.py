"""The second step as a piece of any form: what it asks, and what came back.

    asked = proving.asked(g.actor)                       # on the page
    Form(…, fields=(…, *asked.fields), hidden=asked.hidden, key=asked.key)

    people.second_factor.verify(g.actor, proving.given(), at=g.at)      # on the way in

A problem stands beside `second_code`; draw the form anew with `problem=`.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, g, request

from models.people import Actor
from tracker.acts import people
from tracker.acts.people.second_factor import CODE, Given
from tracker.laws.second_factor.challenges import Site
from tracker.pages import Field, Key
from tracker.views.answer import say

KEY, TICKET = "second_key", "second_ticket"
LONGEST = 100  # characters of a code


@dataclass(frozen=True)
class Asked:
    """What a form asks beside its own: a code, or a passkey where there is one."""

    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    key: Key | None = None


def site() -> Site:
    """This host as passkeys know it. Its name is one of the settings' trusted hosts, or nothing is answered here."""
    return Site(urlsplit(f"//{request.host}").hostname or "", f"{request.scheme}://{request.host}")


def given() -> Given:
    """What this request gives as its second step."""
    return Given(
        site=site(),
        address=request.remote_addr or "",
        pepper=current_app.config["SETTINGS"].password_pepper,
        code=request.form.get(CODE, "")[:LONGEST],
        answer=request.form.get(KEY, ""),
        ticket=request.form.get(TICKET, ""),
    )


def asked(actor: Actor, problem: str = "") -> Asked:
    """`problem` is worded."""
    code = Field(
        CODE,
        say("Code"),
        "text",
        hint=say("Six digits from your app, or a recovery code."),
        problem=problem,
        required=True,
        autocomplete="one-time-code",
        longest=LONGEST,
    )
    challenge = people.second_factor.ask(actor, site(), at=g.at)
    if challenge is None:
        return Asked((code,))
    return Asked((code,), ((TICKET, challenge.ticket),), answering(say("Use a passkey"), challenge.options))


def answering(label: str, options: str, makes: bool = False, without: str = "") -> Key:
    """The button by which a passkey answers."""
    failed = say("The passkey gave no answer. Try once more.")
    return Key(label, options, failed, sends=KEY, without=without, makes=makes)
