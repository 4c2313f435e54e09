"""Deliberate mistakes: each is made in a copy of the tree, where the one test that must notice it has to fail.

`python -m tests.attacks` makes them all, some at a time; a word after it chooses those whose name holds it. A mistake
whose old text is no longer there, or whose test fails for another reason, is a failure too: it guards nothing any more.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = (
    "app.py",
    "pyproject.toml",
    "models",
    "forms",
    "tracker",
    "templates",
    "static",
    "translations",
    "tests",
    "README.md",
)
PATIENCE = 120  # seconds
FAILED = 1  # pytest's exit code when a test failed, and not something else


@dataclass(frozen=True)
class Mistake:
    """`old` becomes `new` in `file`; then `node` must fail, and `says` be in what it says."""

    name: str
    file: str
    old: str
    new: str
    node: str
    says: str


LEDGER, WALLS, SEALED = "tests/test_ledger.py", "tests/test_walls.py", "tests/test_sealed.py"
SEALS, PROTECTED = "tests/test_seals.py", "tests/test_protective_security.py"
FACTOR, BACKUP = "tests/test_second_factor.py", "tests/test_backup.py"
SCREENING, SCREENED = "tests/test_screening.py", "tests/test_screening_forms.py"
DATABASE, PEOPLE, WEB = "tests/test_database.py", "tests/test_people.py", "tests/test_web.py"


def named(attack: str) -> str:
    return f"{LEDGER}::test_an_attack_is_named[sqlite-{attack}]"


MISTAKES = (
    # Wall one: no write without a witness
    Mistake(
        "a connection that writes",
        "models/engines.py",
        '    "query_only": 1,\n',
        "",
        f"{DATABASE}::test_the_engine_itself_refuses_what_goes_round_peewee[sqlite-DELETE FROM scratch]",
        "DID NOT RAISE",
    ),
    Mistake(
        "a query that is not asked for its door",
        "models/engines.py",
        "        for table in tables_written(query):\n            ask(self.door, table)\n",
        "",
        f"{DATABASE}::test_no_write_outside_a_door[sqlite-create]",
        "readonly database",
    ),
    Mistake(
        "SQL by hand that is not asked",
        "models/engines.py",
        "        ask_for_raw_sql(self.door, sql)\n",
        "",
        f"{DATABASE}::test_sql_by_hand_writes_nowhere_but_in_migrations[sqlite-update]",
        "readonly database",
    ),
    Mistake(
        "a housekeeping that takes any table",
        "models/database.py",
        "    if strangers or not tables:",
        "    if False:",
        f"{WALLS}::test_no_table_is_written_outside_a_door[Unit]",
        "WrongDoor: “assignment”",
    ),
    Mistake(
        "a fourth door",
        "tracker/laws/throttle.py",
        "with housekeeping(Throttle):",
        "with writing(Door('mine', frozenset({'throttle'}))):",
        f"{WALLS}::test_a_door_is_opened_where_it_belongs[writing]",
        "tracker/laws/throttle.py",
    ),
    Mistake(
        "an act inside which anything is written",
        "tracker/laws/ledger/writing.py",
        "        return table in self.now\n",
        "        return True\n",
        f"{LEDGER}::test_inside_the_door_only_the_act_itself_writes[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "an entry even when nothing changed",
        "tracker/laws/ledger/writing.py",
        "        if witness.changed:\n            witness.append()",
        "        witness.append()",
        f"{LEDGER}::test_nothing_changed_is_no_entry[sqlite]",
        "assert (",
    ),
    Mistake(
        "a commitment without its salt",
        "tracker/laws/ledger/chain.py",
        "joined((salt.encode(), old.encode(), new.encode()))",
        "joined((old.encode(), new.encode()))",
        f"{LEDGER}::test_commitments_are_salted[sqlite]",
        "1 == 2",
    ),
    Mistake(
        "a digest that skips a column",
        "tracker/laws/ledger/writing.py",
        "for name, kind in type(row).kinds().items()} | {ID: row.id}",
        'for name, kind in type(row).kinds().items() if name != "answer"} | {ID: row.id}',
        named("an answer is changed"),
        "its parts are not those that were witnessed",
    ),
    Mistake(
        "a hash that skips who did it",
        "tracker/laws/ledger/chain.py",
        "entry.at, entry.actor, entry.actor_name, entry.verb,",
        "entry.at, entry.actor, entry.verb,",
        f"{LEDGER}::test_no_bit_of_an_entry_can_turn",
        "actor_name",
    ),
    Mistake(
        "parts of a hash that run together",
        "tracker/octets.py",
        'return b"".join(len(part).to_bytes(4, "big") + part for part in parts)',
        'return b"".join(parts)',
        f"{LEDGER}::test_no_two_lists_of_parts_are_joined_alike",
        "assert",
    ),
    Mistake(
        "a row whose number nobody witnessed",
        "tracker/laws/ledger/recounting.py",
        "    if newest[ID].new != chain.canonical(row.id):\n",
        "    if False:\n",
        named("a row gets another's number"),
        "id: the row does not say what its entry says",
    ),
    Mistake(
        "a head that nobody compares",
        "tracker/laws/ledger/verifying.py",
        "        self._head()\n",
        "",
        named("the head is rolled back"),
        "the head does not point at the last entry",
    ),
    Mistake(
        "a signature that nobody checks",
        "tracker/laws/ledger/chain.py",
        "    if public is None or not signature_holds(",
        "    if False and not signature_holds(",
        named("the chain is signed anew by another key"),
        "not signed by a trusted host",
    ),
    Mistake(
        "a signature in two spellings",
        "tracker/laws/ledger/chain.py",
        "    return raw.hex() == signature\n",
        "    return True\n",
        f"{LEDGER}::test_no_bit_of_an_entry_can_turn",
        "signature",
    ),
    Mistake(
        "a checkpoint whose every bit does not count",
        "tracker/laws/ledger/checkpoints.py",
        " or note != _whole(text, public, raw[4:])",
        "",
        f"{LEDGER}::test_no_bit_of_a_checkpoint_can_turn",
        "DID NOT RAISE",
    ),
    Mistake(
        "an old act of emptying that covers new emptying",
        "tracker/laws/ledger/verifying.py",
        "if self._emptied.get(place, 0) <= number:",
        "if place not in self._emptied:",
        named("history is emptied after the act that emptied it"),
        "gone without an act",
    ),
    Mistake(
        "an emptied field that anybody alters",
        "tracker/laws/ledger/writing.py",
        "        witness.commit_anew(type(record).get_by_id(record.id), fields)\n",
        "",
        f"{LEDGER}::test_emptying_takes_the_words_and_keeps_the_chain_whole[sqlite]",
        "does not say what its entry says",
    ),
    Mistake(
        "a value read as it comes",
        "tracker/laws/ledger/stored.py",
        "    if isinstance(db.obj, SqliteDatabase) and not _same(raw, field.db_value(value)):\n",
        "    if False:\n",
        f"{LEDGER}::test_a_value_spelled_otherwise_is_named",
        "cannot be read",
    ),
    Mistake(
        "a tally that is not kept",
        "tracker/laws/ledger/writing.py",
        "        self._tallies.update(row.tallied(_values(row)))\n",
        "",
        f"{LEDGER}::test_parts_enter_as_a_count_and_one_digest[sqlite]",
        "the tally is not",
    ),
    Mistake(
        "an append without the lock on the head",
        "tracker/laws/ledger/writing.py",
        "return query.for_update() if isinstance(db.obj, PostgresqlDatabase) else query",
        "return query",
        f"{LEDGER}::test_many_processes_make_one_chain[postgresql]",
        "IntegrityError",
    ),
    Mistake(
        "a version that is not compared",
        "tracker/laws/ledger/writing.py",
        "if stored is None or stored.version != row.version:",
        "if stored is None:",
        f"{LEDGER}::test_the_second_of_two_who_read_the_same_is_told[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "a frozen record that thaws",
        "tracker/laws/ledger/writing.py",
        "        if stored is not None and row.frozen:\n",
        "        if False:\n",
        f"{LEDGER}::test_what_is_written_once_is_never_changed[sqlite]",
        "append-only",
    ),
    Mistake(
        "a table without its trigger",
        "models/migrations/0002_append_only.py",
        '"observation", "comment", ',
        '"observation", ',
        f"{LEDGER}::test_the_engine_itself_refuses_to_change_what_is_written_once[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "a password's hash that is readable",
        "models/kinds.py",
        'committed to by the ledger, never shown, never in a readable detail."""\n\n    readable = False',
        'committed to by the ledger, never shown, never in a readable detail."""\n\n    readable = True',
        f"{LEDGER}::test_a_verifier_is_committed_to_and_never_readable[sqlite]",
        "(None, None)",
    ),
    Mistake(
        "a unique pair that the migration forgets",
        "models/migrations/0001_tables.py",
        'indexes = ((("kind", "number"), True),)',
        'indexes = ((("kind", "number"), False),)',
        f"{WALLS}::test_migrations_make_the_tables_that_the_models_say[sqlite]",
        "checklist",
    ),
    # Wall two: every view declares its act, and the tables are asked
    Mistake(
        "a view without its act",
        "tracker/views/home.py",
        "@needs(Act.ENTER)\n",
        "",
        f"{WALLS}::test_a_view_that_declares_starts[sqlite]",
        "has not declared its act",
    ),
    Mistake(
        "a guard that does not ask",
        "tracker/views/guard.py",
        "    if act is not Act.ENTER and (register is None or not policy.may(g.actor, register, act)):\n",
        "    if False:\n",
        f"{WALLS}::test_the_guard_asks_before_the_view[sqlite]",
        "== 403",
    ),
    Mistake(
        "a record found without policy",
        "tracker/spine/records.py",
        "    condition = reach(actor, record_type, act, day_of(at))\n",
        "    condition = record_type.id.is_null(False)\n",
        f"{WALLS}::test_nobody_reaches_beyond_their_own[sqlite]",
        "200 == 404",
    ),
    Mistake(
        "a list without policy",
        "tracker/spine/lists.py",
        ".where(reach(actor, record_type, Act.SEE, today))",
        "",
        f"{WALLS}::test_nobody_reaches_beyond_their_own[sqlite]",
        "not in",
    ),
    Mistake(
        "a scope that is everywhere",
        "tracker/laws/policy.py",
        "    (R.FIRE_SAFETY, Role.WARDEN): Scope.OWN_PREMISES,\n",
        "",
        f"{WALLS}::test_nobody_reaches_beyond_their_own[sqlite]",
        "not in",
    ),
    Mistake(
        "a row made out of one's reach",
        "tracker/spine/records.py",
        "            if not record_type.select().where((record_type.id == row.id) & mine).exists():\n",
        "            if False and mine:\n",
        f"{WALLS}::test_nothing_is_made_beyond_ones_own[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "whoever did it verifies it",
        "tracker/spine/records.py",
        "    if _barred(actor, row, move):\n",
        "    if False:\n",
        f"{WALLS}::test_whoever_did_the_work_does_not_verify_it[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "a step that bars nobody",
        "models/common.py",
        'stamps={"verified_by": "who", "verified_on": "today"},\n        barred="done_by",\n',
        'stamps={"verified_by": "who", "verified_on": "today"},\n',
        f"{WALLS}::test_whoever_did_the_work_does_not_verify_it[sqlite]",
        "verify",
    ),
    Mistake(
        "a round that is signed twice",
        "tracker/acts/rounds.py",
        "    if walk.submission == submission:\n        return walk\n",
        "",
        f"{WALLS}::test_a_round_that_is_sent_twice_is_signed_once[sqlite]",
        "AlreadyWalked",
    ),
    Mistake(
        "an administrator who makes themselves somebody",
        "tracker/acts/people/roles.py",
        "    must_be_another(actor, person)\n    if role in",
        "    if role in",
        f"{PEOPLE}::test_nobody_gives_themselves_a_role[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "a register's owner that one administrator makes",
        "tracker/acts/people/roles.py",
        "    asks = actor.id if role in policy.REGISTER_OWNERS else None\n",
        "    asks = None\n",
        f"{PEOPLE}::test_what_one_administrator_asks_for_does_not_count[sqlite-security]",
        "assert",
    ),
    Mistake(
        "an extra round looked for before one's turn",
        "tracker/acts/rounds.py",
        "        act.held(premises)\n",
        "",
        "tests/test_races.py::test_pressing_twice_begins_one_extra_round[postgresql]",
        "assert",
    ),
    Mistake(
        "two plans that each found no other",
        "tracker/laws/ledger/writing.py",
        "        self._alone(row)\n",
        "",
        "tests/test_races.py::test_a_premises_gets_one_plan[postgresql]",
        "assert",
    ),
    Mistake(
        "a backup that keeps who is signed in",
        "models/copies/sqlite.py",
        '        copy.execute(f"DELETE FROM {table}")',
        '        copy.execute(f"SELECT 1 FROM {table}")',
        f"{BACKUP}::test_nothing_in_it_opens_or_lets_in[sqlite]",
        "AssertionError",
    ),
    Mistake(
        "a backup whose signature nobody looks at",
        "tracker/acts/keeping/archive.py",
        "    if not ledger.attested(",
        "    if False and not ledger.attested(",
        f"{BACKUP}::test_an_altered_backup_is_refused[sqlite]",
        "AssertionError",
    ),
    Mistake(
        "one person who gives history up alone",
        "tracker/acts/keeping/giving_up.py",
        "if actor.uid in {other.uid for other in others}:",
        "if False:",
        f"{BACKUP}::test_without_two_people_nothing_is_given_up[sqlite-the same]",
        "AssertionError",
    ),
    Mistake(
        "an older copy that nobody says is older",
        "tracker/acts/keeping/giving_up.py",
        "        if not missing:\n",
        "        if True:\n",
        f"{BACKUP}::test_two_people_confirm_what_is_given_up[sqlite]",
        "AssertionError",
    ),
    Mistake(
        "sessions that outlive a password",
        "tracker/acts/people/signing_in.py",
        "Verb.PASSWORD_CHANGED, at)\n    sessions.end_all(person.id)\n",
        "Verb.PASSWORD_CHANGED, at)\n",
        f"{PEOPLE}::test_ones_own_password_asks_for_the_old_one[sqlite]",
        "assert",
    ),
    Mistake(
        "a session whose seal nobody looks at",
        "tracker/laws/sessions.py",
        "return (row for row in rows if _seal.holds(row.seal, *_sealed(row, row.whose), row=row.id))",
        "return (row for row in rows)",
        f"{SEALS}::test_a_session_made_by_hand_is_none[sqlite-]",
        "assert",
    ),
    Mistake(
        "a link whose second person nobody sealed",
        "tracker/laws/links.py",
        "link.needs_second, link.requested_by, link.confirmed_by,",
        "link.requested_by, link.confirmed_by,",
        f"{SEALS}::test_a_second_person_is_not_written_in_by_hand[sqlite-needs_second]",
        "DID NOT RAISE",
    ),
    Mistake(
        "an order that anybody answers",
        "tracker/acts/orders.py",
        "    mine = (SecurityOrder.uid == name) & SecurityOrder.waits_for(actor.id)\n",
        "    mine = SecurityOrder.uid == name\n",
        f"{PROTECTED}::test_nobody_answers_anothers_order[sqlite-employee]",
        "303 instead of 404",
    ),
    Mistake(
        "an order that shows its measure",
        "tracker/acts/orders.py",
        "SecurityOrder.select(SecurityOrder.uid, ProtectiveMeasure.code,",
        "SecurityOrder.select(SecurityOrder.uid, ProtectiveMeasure.code + ProtectiveMeasure.function,",
        f"{PROTECTED}::test_a_recipient_sees_a_number_and_a_day_and_nothing_else[sqlite-employee]",
        "Vattenchefen",
    ),
    Mistake(
        "an approval without a ceiling",
        "models/protective_security/governing.py",
        "(cls.approved_on <= today) & (cls.withdrawn_on.is_null() | (cls.withdrawn_on > today))",
        "cls.approved_on <= today",
        f"{PROTECTED}::test_nothing_classified_until_the_system_is_approved_and_never_more_than_restricted[sqlite]",
        "Ceiling.RESTRICTED",
    ),
    Mistake(
        "a few that can be computed",
        "tracker/acts/small_counts.py",
        "    return Shown((), None) if exposed(found) else found\n",
        "    return found\n",
        f"{PROTECTED}::test_whoever_knows_the_rule_learns_no_hidden_count",
        "AssertionError",
    ),
    # The second factor
    Mistake(
        "a second factor that is not asked for",
        "tracker/views/second_step.py",
        "    if not people.second_factor.has(person):\n        return _enter(person)\n",
        "    return _enter(person)\n",
        f"{FACTOR}::test_the_password_alone_is_no_session[sqlite]",
        "/logga-in/steg-tva",
    ),
    Mistake(
        "a code of the second factor that is taken twice",
        "tracker/acts/people/second_factor.py",
        "if step is not None and step > row.step:",
        "if step is not None:",
        f"{FACTOR}::test_a_code_is_taken_once_and_none_before_it[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "an answer of a second factor's passkey that is taken twice",
        "tracker/laws/second_factor/passkeys.py",
        "            challenges.spend(challenge, at)\n            row.counter",
        "            row.counter",
        f"{FACTOR}::test_an_answer_is_taken_once[sqlite]",
        "DID NOT RAISE",
    ),
    Mistake(
        "a second factor that is guessed without waiting",
        "tracker/acts/people/second_factor.py",
        "    throttle.attempt(keys, at)\n",
        "",
        f"{FACTOR}::test_guessing_waits_by_account_and_not_by_browser[sqlite]",
        "422",
    ),
    Mistake(
        "an app of the second factor whose seal nobody looks at",
        "tracker/laws/second_factor/codes.py",
        'if _seal.holds(row.seal or "", *_sealed(row, person), row=row.id)',
        "if True",
        f"{FACTOR}::test_a_factor_moved_to_another_person_is_none[sqlite-code_app]",
        "assert (not True",
    ),
    Mistake(
        "a secret of the second factor bound to nobody",
        "tracker/laws/second_factor/codes.py",
        'return b"|".join((LABEL, person.uid.hex.encode(), row.encode()))',
        "return LABEL",
        f"{FACTOR}::test_the_same_secret_is_never_stored_twice_alike[sqlite]",
        "assert",
    ),
    Mistake(
        "a session for setting up a second factor that opens the rest",
        "tracker/laws/sessions.py",
        'confined = ("confined",) if session.confined else ()',
        "confined = ()",
        f"{FACTOR}::test_who_opens_the_session_by_hand_ends_it[sqlite]",
        "confined = '0'",
    ),
    Mistake(
        "a second factor that is changed without proving it",
        "tracker/views/second_factor.py",
        "return view(**where) if _is_proven() else redirect(_here(), 303)",
        "return view(**where)",
        f"{FACTOR}::test_with_a_factor_every_change_asks_for_it[sqlite]",
        "assert",
    ),
    # Wall three: protection is a type
    Mistake(
        "a sealed column that takes anything",
        "models/kinds.py",
        "        if value is not None and not isinstance(value, Envelope):\n",
        "        if False:\n",
        f"{SEALED}::test_a_sealed_column_takes_nothing_else[sqlite-bytes]",
        "DID NOT RAISE",
    ),
    Mistake(
        "an envelope that prints",
        "models/sealed.py",
        '    def __repr__(self) -> str:\n        return "<sealed>"\n',
        "    __repr__ = bytes.__repr__\n",
        f"{SEALED}::test_printing_an_envelope_prints_nothing_of_it",
        "VRN1",
    ),
    Mistake(
        "a sealed value in a form",
        "tracker/spine/form_page.py",
        "if not (shown[name].masked or shown[name].sealed)",
        "if not shown[name].masked",
        f"{SEALED}::test_a_sealed_field_is_in_no_form_of_a_stored_record[sqlite]",
        "content",
    ),
    Mistake(
        "marks that nobody asks for",
        "tracker/spine/reading.py",
        "        return Protection.SECRET if floor is Protection.OPEN and marked else floor\n",
        "        return floor\n",
        f"{SEALED}::test_a_mark_masks_in_lists_records_and_csv[sqlite]",
        "AssertionError: /lokaler",
    ),
    Mistake(
        "a list that forgets the marks",
        "tracker/spine/list_page.py",
        "    reading.prepare(rows, names)\n",
        "",
        f"{SEALED}::test_a_mark_masks_in_lists_records_and_csv[sqlite]",
        "('/lokaler', 500)",
    ),
    Mistake(
        "a CSV that forgets the marks",
        "tracker/spine/export.py",
        "cell(reading.shown(row, name))",
        "cell(Shown(str(row.__data__[name])))",
        f"{SEALED}::test_a_mark_masks_in_lists_records_and_csv[sqlite]",
        "AssertionError: /lokaler/export",
    ),
    Mistake(
        "a history that forgets the marks",
        "tracker/spine/record_page.py",
        "reading.value(row, name, old), reading.value(row, name, new)",
        "Shown(str(old)), Shown(str(new))",
        f"{SEALED}::test_a_mark_masks_what_the_history_says_before_and_after[sqlite]",
        "AssertionError: /brister/",
    ),
    Mistake(
        "remarks that forget the marks",
        "tracker/spine/record_page.py",
        "reading.remark(row, comment.text)",
        "Shown(comment.text)",
        f"{SEALED}::test_a_mark_masks_what_was_remarked_about_the_record[sqlite]",
        "AssertionError: /brister/",
    ),
    Mistake(
        "a search that finds what is marked",
        "tracker/spine/lists.py",
        "    if wanted and secret is not EVERYTHING:\n",
        "    if False:\n",
        f"{SEALED}::test_a_marked_word_is_not_found_by_those_who_do_not_read_it[sqlite]",
        "[True, True, True, True]",
    ),
    Mistake(
        "a conflict that shows what is masked",
        "tracker/spine/form_page.py",
        "stored_texts(_readable(reading, current, kinds), current, alternatives)",
        "stored_texts(kinds, current, alternatives)",
        f"{SEALED}::test_what_another_saved_first_stays_masked_in_a_conflict[sqlite]",
        "is False",
    ),
    Mistake(
        "a cell that is a formula",
        "tracker/spine/export.py",
        """return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text""",
        "return text",
        f"{SEALED}::test_no_cell_becomes_a_formula[sqlite]",
        "HYPERLINK",
    ),
    # Wall four, fences and layers
    Mistake(
        "a number whose link opens other rows",
        "tracker/views/home.py",
        "{SELECTION: one.need.selection, ",
        "{",
        f"{WALLS}::test_a_tiles_number_is_the_count_of_the_rows_it_opens[sqlite-chief]",
        "Tile(",
    ),
    Mistake(
        "a view that asks the database",
        "tracker/views/home.py",
        "from flask import",
        "import peewee\nfrom flask import",
        f"{WALLS}::test_imports_run_downwards[tracker/views]",
        "tracker/views/home.py may not import peewee",
    ),
    Mistake(
        "a law that knows another",
        "tracker/laws/throttle.py",
        "from models.people import",
        "import tracker.laws.sessions\nfrom models.people import",
        f"{WALLS}::test_imports_run_downwards[tracker/laws]",
        "tracker/laws/throttle.py may not import tracker.laws.sessions",
    ),
    Mistake(
        "a template that escapes nothing",
        "templates/parts/mask.html",
        "}}",
        " | safe }}",
        f"{WALLS}::test_a_template_only_lays_out[mask.html]",
        "unescaped text",
    ),
    # The web
    Mistake(
        "forms without a token",
        "tracker/views/web/origin.py",
        "    CSRFProtect(app)\n",
        "",
        f"{WEB}::test_a_form_without_its_token_is_refused[sqlite]",
        "assert",
    ),
    Mistake(
        "forms from anywhere",
        "tracker/views/web/origin.py",
        "    if (is_sending() or _leaves_an_entry()) and _foreign():\n",
        "    if False:\n",
        f"{WEB}::test_what_another_site_sends_is_refused_with_a_right_token",
        "assert",
    ),
    Mistake(
        "a cookie that scripts read",
        "tracker/views/web/cookies.py",
        '"httponly": True',
        '"httponly": False',
        f"{WEB}::test_behind_tls_cookies_are_bound_to_the_host[sqlite]",
        "HttpOnly",
    ),
    Mistake(
        "a redirect to anywhere",
        "tracker/views/web/paths.py",
        ' or target.startswith("//")',
        "",
        f"{WEB}::test_only_paths_of_ours_are_gone_to",
        "assert",
    ),
    # The text guard
    Mistake(
        "notes that nobody reads",
        "models/kinds.py",
        '    input = "note"\n    free = True\n',
        '    input = "note"\n',
        f"{SCREENING}::test_every_kind_of_free_text_is_guarded_and_what_stands_is_not_asked_about",
        "Note",
    ),
    Mistake(
        "an excuse that leaves no trace",
        "tracker/laws/ledger/writing.py",
        "        self._excuse(row, changes)\n",
        "",
        f"{SCREENED}::test_a_refusal_takes_a_tick_and_a_reason[sqlite]",
        "ExcuseDoesNotExist",
    ),
    Mistake(
        "a tick that holds for any text",
        "forms/excusing.py",
        'if sent.get(f"{TICK}{name}") != _digest(text):',
        'if not sent.get(f"{TICK}{name}"):',
        f"{SCREENED}::test_the_tick_is_for_that_very_text[sqlite]",
        "303 instead of 422",
    ),
    Mistake(
        "a guard that a soft hyphen gets past",
        "models/screening/folding.py",
        'if unicodedata.category(sign) != "Cf" and',
        "if",
        f"{SCREENING}::test_what_must_not_stand_is_found",
        "assert () ==",
    ),
)


class Missed(Exception):
    """A mistake that its test did not notice, or not for the reason given."""


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the tree, with its compiled files: they stay valid, because times are copied too."""
    with tempfile.TemporaryDirectory(prefix="varna-attack-") as name:
        copy = Path(name)
        for part in COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("node_modules"))
            elif source.exists():
                shutil.copy2(source, copy / part)
        yield copy


def make(mistake: Mistake) -> None:
    """Raises Missed unless the mistake is noticed, and for the right reason."""
    with copied() as copy:
        spoil(copy / mistake.file, mistake)
        found = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--show-capture=no", mistake.node],
            cwd=copy,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=_environment(),
        )
    if found.returncode != FAILED:
        raise Missed(
            f"“{mistake.name}” is not noticed by {mistake.node} (exit {found.returncode}):\n{found.stdout[-2000:]}"
        )
    if mistake.says not in found.stdout:
        raise Missed(f"“{mistake.name}” is noticed, but not by saying “{mistake.says}”:\n{found.stdout[-4000:]}")


def spoil(file: Path, mistake: Mistake) -> None:
    text = file.read_text()
    if mistake.old not in text:
        raise Missed(f"“{mistake.name}”: {mistake.file} no longer says {mistake.old!r}. Write the mistake anew.")
    file.write_text(text.replace(mistake.old, mistake.new, 1))


def _environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "VARNA_", "DATABASE_"))
    }


def main(word: str = "") -> int:
    chosen = [mistake for mistake in MISTAKES if word in mistake.name]
    with ThreadPoolExecutor(os.cpu_count()) as several:
        noticed = list(several.map(_is_noticed, chosen))
    print(f"{sum(noticed)} of {len(chosen)} mistakes noticed.")
    return not all(noticed)


def _is_noticed(mistake: Mistake) -> bool:
    try:
        make(mistake)
    except (Missed, subprocess.TimeoutExpired) as error:
        print(f"MISSED  {error}\n", flush=True)
        return False
    print(f"noticed {mistake.name}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
