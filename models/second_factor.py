"""What somebody proves themselves with besides the password: an app that shows codes, a passkey, recovery codes.

Each row is sealed under the host's secret. What was removed stays as a row without what it proved with.
"""

from peewee import CharField, DateTimeField

from models.kinds import Link, Moment, Number, Secret, Text
from models.ledger import Table
from models.people import Person
from models.record import Record


class CodeApp(Record):
    """An app that shows a new code every half minute (TOTP): its secret, encrypted under a key of the host's."""

    person = Link("Person", to=Person)
    name = Text("Name", max_length=60)
    secret = Secret(max_length=200)
    step = Number(default=0, typed=False)  # the half minute of the latest code taken: none is taken twice
    added_at = Moment(typed=False)
    removed_at = Moment(optional=True, typed=False)
    seal = Secret(max_length=64)


class Passkey(Record):
    """A passkey (WebAuthn): the public half of a key that stays in somebody's device, for one name of this host."""

    person = Link("Person", to=Person)
    name = Text("Name", max_length=60)
    host = Text(max_length=253, typed=False)
    credential = Secret(max_length=1400)  # base64url, as the browser names it
    public_key = Secret(max_length=1400)  # COSE, base64url
    counter = Text(max_length=10, typed=False)  # as the device last counted: up to 2³² - 1
    added_at = Moment(typed=False)
    removed_at = Moment(optional=True, typed=False)
    seal = Secret(max_length=64)


class RecoveryCode(Record):
    """The keyed hash of a code that works once, for whoever has lost the rest; nothing, once it is spent."""

    person = Link("Person", to=Person)
    digest = Secret(max_length=64)
    spent_at = Moment(optional=True, typed=False)


class UsedChallenge(Table):
    """A challenge that a passkey has answered, so that no answer is taken twice. Written through housekeeping."""

    challenge = CharField(max_length=64, unique=True)
    ends_at = DateTimeField(index=True)

    class Meta:
        table_name = "used_challenge"
