"""The vault as it stands in the database: epochs signed by the root, who holds a key, and what each was given."""

import datetime as dt
from typing import Any

from peewee import CharField, DateTimeField, IntegerField, TextField

from models.kinds import Choice, Day, Link, Note, Number, Sealed, Secret, Text
from models.ledger import Table
from models.people import Person
from models.record import Record
from models.words import Labelled, named


class VaultEpoch(Record):
    """A key pair's public half for a time, signed by the vault's root. Bytes are hex. Never changed."""

    frozen = True

    number = Number(unique=True, typed=False)
    public = Note(typed=False)
    previous = Text(max_length=64, typed=False)
    made_at = Text(max_length=40, typed=False)
    installation = Text(max_length=32, typed=False)
    root = Text(max_length=64, typed=False)
    signature = Text(max_length=128, typed=False)


class HolderKind(Labelled):
    CHIEF = named("chief", "Protective security manager")
    DEPUTY = named("deputy", "Deputy security manager")
    RECOVERY = named("recovery", "Recovery shares")


class VaultHolder(Record):
    """A key pair of somebody who may open the vault. Its secret is wrapped under their passphrase; that of the
    recovery shares is stored nowhere.
    """

    person = Link("Person", to=Person, optional=True, typed=False)
    kind = Choice("Kind", HolderKind, typed=False)
    public = Note(typed=False)  # hex
    wrapped = Secret(max_length=1000, optional=True)
    made_on = Day(typed=False)
    ended_on = Day(optional=True, typed=False)

    @classmethod
    def living(cls) -> Any:
        return cls.ended_on.is_null()


class VaultGrant(Record):
    """An epoch's keys sealed to a holder, signed by the root; until a last day where there is one."""

    epoch = Link("Key number", to=VaultEpoch, typed=False)
    holder = Link("Person", to=VaultHolder, typed=False)
    keys = Sealed(optional=True, typed=False)  # None once the epoch is destroyed
    by = Link("Person", to=Person, typed=False)
    ends_on = Day(optional=True, typed=False)
    signature = Text(max_length=128, typed=False)
    ended_on = Day(optional=True, typed=False)

    @classmethod
    def held(cls, today: dt.date) -> Any:
        """The condition that a grant is in force on a day."""
        return cls.ended_on.is_null() & (cls.ends_on.is_null() | (cls.ends_on >= today))


class VaultCarry(Record):
    """The seed of an epoch that was rotated away, sealed to the next, until nothing is sealed to it any more."""

    epoch = Link("Key number", to=VaultEpoch, unique=True, typed=False)
    seed = Sealed(optional=True, typed=False)
    by = Link("Person", to=Person, typed=False)
    done_on = Day(optional=True, typed=False)


class VaultDrill(Record):
    """The yearly drill: two shares were tried, and they open the vault."""

    frozen = True

    held_on = Day(typed=False, index=True)
    by = Link("Person", to=Person, typed=False)


class VaultSession(Table):
    """An unlocked vault: one of three shares of the key that wraps its seeds. Written through housekeeping."""

    token = CharField(max_length=64, unique=True)
    person = IntegerField(index=True)
    share = CharField(max_length=64)
    wrapped = TextField()
    started_at = DateTimeField()
    seen_at = DateTimeField(index=True)

    class Meta:
        table_name = "vault_session"
