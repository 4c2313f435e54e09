"""What was told of a clock: kept before a letter is handed over, so that none is sent twice."""

from peewee import CharField, IntegerField

from models.ledger import Table


class SentReminder(Table):
    """One milestone of one clock, told once. Written through housekeeping.

    `due` is the time that was told of (ISO, "" for none): a clock that is moved tells of its new one.
    """

    clock = IntegerField()
    milestone = CharField(max_length=10)
    due = CharField(max_length=32)

    class Meta:
        table_name = "sent_reminder"
        indexes = ((("clock", "milestone", "due"), True),)
