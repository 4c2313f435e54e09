"""The ledger and what is written once cannot be changed or removed, not even by raw SQL; and the ledger's head."""

from peewee import PostgresqlDatabase

WRITTEN_ONCE = ("entry", "checkpoint", "observation", "comment", "checklist", "checklist_item")
KEPT = (*WRITTEN_ONCE, "entry_detail")

EMPTYING = (
    "NEW.entry = OLD.entry AND NEW.record_type = OLD.record_type AND NEW.record_uid = OLD.record_uid "
    "AND NEW.field = OLD.field AND NEW.commitment = OLD.commitment "
    "AND NEW.salt IS NULL AND NEW.old IS NULL AND NEW.new IS NULL"
)
"""The only change that a readable detail allows: that it is emptied (quarantine, gallring)."""


SAME = {
    "entry": "number = NEW.number",
    "checkpoint": "id = NEW.id",
    "checklist": "id = NEW.id OR uid = NEW.uid OR (kind = NEW.kind AND number = NEW.number)",
    "entry_detail": "record_type = NEW.record_type AND record_uid = NEW.record_uid "
    "AND entry = NEW.entry AND field = NEW.field",
}
"""SQLite's INSERT OR REPLACE takes a row away without asking the DELETE trigger: which row that would be."""


def up(migrator, db):
    db.execute_sql("INSERT INTO head (size, hash) VALUES (0, '%s')" % ("0" * 64))
    (_postgresql if isinstance(db, PostgresqlDatabase) else _sqlite)(db)


def _sqlite(db):
    for table in KEPT:
        _sqlite_trigger(db, table, "DELETE", "1")
        same = SAME.get(table, "id = NEW.id OR uid = NEW.uid")
        _sqlite_trigger(db, table, "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {same})")
    for table in WRITTEN_ONCE:
        _sqlite_trigger(db, table, "UPDATE", "1")
    _sqlite_trigger(db, "entry_detail", "UPDATE", f"NOT ({EMPTYING})")


def _sqlite_trigger(db, table, event, when):
    db.execute_sql(
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql(db):
    db.execute_sql(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in KEPT:
        _postgresql_trigger(db, table, "DELETE", "FOR EACH ROW")
        _postgresql_trigger(db, table, "TRUNCATE", "FOR EACH STATEMENT")
    for table in WRITTEN_ONCE:
        _postgresql_trigger(db, table, "UPDATE", "FOR EACH ROW")
    _postgresql_trigger(db, "entry_detail", "UPDATE", f"FOR EACH ROW WHEN (NOT ({EMPTYING}))")


def _postgresql_trigger(db, table, event, how):
    db.execute_sql(
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {how} EXECUTE FUNCTION append_only()"
    )
