"""Files on their way in: kept between the pages on which somebody says what they mean, and how far the work is."""

from peewee import BlobField, CharField, DateTimeField, IntegerField, TextField

from models.ledger import Table


class StagedFile(Table):
    """A file that waits to be read in, for one person and one record. Only the token's hash is kept.

    Its name is not kept. Written through housekeeping.
    """

    token = CharField(max_length=64, unique=True)
    person = IntegerField(index=True)
    whole = CharField(max_length=32)  # the uid of the record that its rows belong to
    content = BlobField()
    lines = BlobField(null=True)  # what was read out of it, where reading is dear
    layout = TextField(default="")  # what its columns mean, as JSON; "" until that was said
    expires_at = DateTimeField(index=True)

    class Meta:
        table_name = "staged_file"


class FileWork(Table):
    """What is being done with a staged file: rows done, when it was last heard of, what came out as JSON.

    A table of its own, so that telling how far it is never writes the file anew. Written through housekeeping.
    """

    file = IntegerField(unique=True)
    run = CharField(max_length=32)  # who does it; one that was given up for dead says nothing more
    task = CharField(max_length=10)
    state = CharField(max_length=10)
    rows = IntegerField(default=0)
    found = TextField(default="")
    beat_at = DateTimeField()

    class Meta:
        table_name = "file_work"
