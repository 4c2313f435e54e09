"""The vault as it stands in the database: epochs signed by the root, keys wrapped for those who hold them."""

from peewee import CharField, DateTimeField, IntegerField, TextField

from models.kinds import Choice, Day, Link, Note, Number, Secret, Text
from models.ledger import Table
from models.people import Person
from models.record import Record
from models.words import Labelled, named


class VaultEpoch(Record):
    """A key pair's public half, signed by the vault's root. Bytes are hex. Never changed."""

    frozen = True

    number = Number(unique=True, typed=False)
    public = Note(typed=False)
    previous = Text(max_length=64, typed=False)
    made_at = Text(max_length=40, typed=False)
    installation = Text(max_length=32, typed=False)
    root = Text(max_length=64, typed=False)
    signature = Text(max_length=128, typed=False)


class Purpose(Labelled):
    PASSPHRASE = named("passphrase", "Passphrase")
    RECOVERY = named("recovery", "Recovery shares")


class VaultWrap(Record):
    """The keys of an epoch, wrapped for one holder: what a passphrase, or two shares, open."""

    epoch = Link("Epoch", to=VaultEpoch, typed=False)
    holder = Link("Holder", to=Person, typed=False)
    purpose = Choice("Purpose", Purpose, typed=False)
    wrapped = Secret("Wrapped key", max_length=1000)
    ended_on = Day("Ended", optional=True, typed=False)


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
