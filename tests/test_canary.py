"""A canary: one text nobody else would write, sealed in every way there is, and then looked for everywhere else.

The control is the same story in a house that leaks at every place at once: there each place must give hits.
"""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import secrets
import tempfile
import uuid
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask, Response, g, request
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart
from werkzeug.wrappers import Request

from models.database import connection
from models.happenings import Verb
from models.protective_security import Deposit, MeasureCore
from models.sealed import MAGIC, Envelope
from models.sealing import SealedRecord
from models.words import Role
from tests import makers
from tests.browse import OURS, Browser, Page
from tests.dba import raw
from tests.makers import AT, CHEAP, CHEAP_VAULT, TODAY
from tracker.acts import post
from tracker.acts.vault import cores, deposits, rotating, sealed
from tracker.laws import ledger
from tracker.laws.vault import envelopes
from tracker.views.web.limits import InMemory

# How a text may be written


def spellings(text: str) -> dict[str, bytes]:
    """The text in every way that something could be kept; base64 in all three alignments."""
    told = text.encode()
    return {
        "utf-8": told, "utf-16le": text.encode("utf-16-le"), "utf-16be": text.encode("utf-16-be"),
        "latin-1": text.encode("latin-1"), "hex": told.hex().encode(), "HEX": told.hex().upper().encode(),
        "url": quote(text).encode(), "url of forms": quote_plus(text).encode(), "url of all": quote(text, safe="").encode(),
        "json": json.dumps(text)[1:-1].encode(), "html": html.escape(text).encode(),
        **{f"base64 +{shift}": _inner(base64.b64encode, told, shift) for shift in range(3)},
        **{f"base64url +{shift}": _inner(base64.urlsafe_b64encode, told, shift) for shift in range(3)},
    }  # fmt: skip


def _inner(encode: Callable[[bytes], bytes], told: bytes, shift: int) -> bytes:
    """What base64 of anything that holds these bytes at this alignment must hold: without the signs at its edges."""
    whole = encode(bytes(shift) + told + bytes(-(shift + len(told)) % 3))
    return whole[4 if shift else 0 : -4 if (shift + len(told)) % 3 else len(whole)]


def unpacked(blob: bytes) -> Iterator[bytes]:
    """The blob, and what is compressed in it (gzip, zlib)."""
    yield blob
    for magic, bits in (
        (b"\x1f\x8b\x08", 31),
        (b"\x78\x01", 15),
        (b"\x78\x5e", 15),
        (b"\x78\x9c", 15),
        (b"\x78\xda", 15),
    ):
        at = blob.find(magic)
        while at >= 0:
            with suppress(zlib.error):
                yield zlib.decompressobj(bits).decompress(blob[at:], 1 << 20)
            at = blob.find(magic, at + 1)


@dataclass
class Canary:
    """A text of signs that each way of writing changes, with a word of its own in it; and bytes where no text fits."""

    word: str = field(default_factory=lambda: f"kanarie{secrets.token_hex(8)}")
    octets: bytes = field(default_factory=lambda: secrets.token_bytes(48))

    @property
    def text(self) -> str:
        return f'Å "{self.word}" & <ö> fem/sju+ett'

    def hits(self, blobs: list[bytes]) -> set[str]:
        """The ways of writing in which any of these hold it."""
        needles = {**spellings(self.text), **{f"word {name}": found for name, found in spellings(self.word).items()}}
        for shift in range(3):
            needles[f"octets base64 +{shift}"] = _inner(base64.b64encode, self.octets, shift)
        needles |= {"octets": self.octets, "octets hex": self.octets.hex().encode()}
        return {
            name for blob in set(blobs) for part in unpacked(blob) for name, needle in needles.items() if needle in part
        }


WRAPS: dict[str, Callable[[str], bytes]] = {
    **{name: lambda text, name=name: b"x" + spellings(text)[name] + b"y" for name in spellings("a")},
    **{f"in base64 after {n}": lambda text, n=n: base64.b64encode(b"z" * n + text.encode() + b"zz") for n in range(4)},
    "in zlib": lambda text: b"head" + zlib.compress(b"x" * 50 + text.encode()),
    "in gzip": lambda text: b"head" + _gzip(text.encode()),
    "in json": lambda text: json.dumps({"a": text}).encode(),
    "in html": lambda text: html.escape(text).encode(),
}


@pytest.mark.parametrize("way", list(WRAPS))
def test_each_way_of_writing_is_found(way: str) -> None:
    canary = Canary()
    assert canary.hits([b"nothing", WRAPS[way](canary.text)])
    assert not Canary().hits([WRAPS[way](canary.text)])


def _gzip(told: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(told) + packer.flush()


# Every record with sealed fields


def _deposited(canary: Canary) -> SealedRecord:
    """A picture's pixels hold no text: bytes are sealed in its place as the act would."""
    sender = makers.acting(Role.WARDEN)
    row = Deposit(uid=uuid.uuid4(), by=sender.id, sent_on=TODAY)
    sealed.seal(sender, row, {"body": canary.text.encode(), "photo": canary.octets})
    with ledger.act(sender, Verb.DEPOSITED, row, at=AT) as act:
        act.save(row)
    return row


def _written(canary: Canary) -> SealedRecord:
    """What a measure is about; its document is bytes, sealed as the act would."""
    chief = makers.acting(Role.DEPUTY)
    row = MeasureCore(uid=uuid.uuid4(), by=chief.id, measure=makers.shell().id, written_on=TODAY)
    said = dict.fromkeys(cores.TEXTS, canary.text.encode())
    sealed.seal(chief, row, said | {"document": canary.octets})
    with ledger.act(chief, Verb.SEALED, row, at=AT) as act:
        act.save(row)
    return row


MAKERS: dict[type[SealedRecord], tuple[Callable[[Canary], SealedRecord], set[str]]] = {
    Deposit: (_deposited, {"body", "photo"}),
    MeasureCore: (_written, {*cores.TEXTS, "document"}),
}
"""One for each kind of sealed record: it writes the canary into each of the fields named."""


def test_every_sealed_field_has_its_canary() -> None:
    """A new kind of sealed record, or a new sealed field, needs a maker here."""
    assert {kind: set(kind.sealed()) for kind in rotating.sealed_types()} == {
        kind: fields for kind, (_, fields) in MAKERS.items()
    }


# The story


class Watched(Browser):
    """A browser whose answers are all kept: heads and pages apart. What an answer may hold is said before it comes."""

    sinks: dict[str, list[bytes]]
    may_hold = 0

    def _read(self, answer: TestResponse, status: int) -> Any:
        self.keep(answer)
        return Page(answer.text) if answer.mimetype == "text/html" else None

    def keep(self, answer: TestResponse) -> None:
        heads = {name: value.encode() for name, value in answer.headers.items() if name != "Location"}
        self.sinks["cookies and heads"] += [b"\n".join(heads.values())]
        self.sinks["redirects"].append(answer.headers.get("Location", "").encode())
        kind = "exports" if answer.mimetype == "text/csv" else "pages"
        body = answer.get_data()
        if self.may_hold:
            self.may_hold -= 1
        else:
            self.sinks[kind].append(body)
        self.status, self.last = answer.status_code, answer

    def tells(self, path: str, values: dict[str, Any], canary: Canary, status: int) -> Page:
        """Sends what the answer alone may give back: and it does."""
        given = {"csrf_token": self.token(), **values}
        self.may_hold = 1
        boundary, body = encode_multipart(given)  # by hand: the client would write what is large to a file of its own
        kind = f'multipart/form-data; boundary="{boundary}"'
        page = self._read(self.client.post(path, data=body, content_type=kind, headers=OURS), status)
        assert self.status == status and canary.word in self.last.text, (path, self.status)
        return page


@dataclass
class Town:
    app: Flask
    url: str
    canary: Canary
    letters: list[bytes]
    sinks: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    actors: dict[str, Any] = field(default_factory=dict)

    def browser(self, name: str = "") -> Watched:
        browser = Watched(self.app, self.actors.get(name))
        browser.sinks = self.sinks
        return browser

    def live(self, visitors: Iterable[str]) -> None:
        """Sealed, opened, sealed anew, refused, kept over an ended session, destroyed; the visitors see every page."""
        with connection():
            self.people_come()
            words = makers.vault(self.actors["chief"], pepper=self.app.config["SETTINGS"].password_pepper).passphrase
            rows = [make(self.canary) for make, _ in MAKERS.values()]
        chief, warden = self.browser("chief"), self.browser("warden")
        self.report(warden)
        chief.post("/valv/las-upp", {"passphrase": words})
        self.look_around(rows, visitors)
        for row in rows:
            with connection():
                whole = row.measure if isinstance(row, MeasureCore) else row
            chief.tells(f"/{type(whole).declared.slug}/{whole.uid.hex}/oppna", {}, self.canary, 200)
        chief.post("/valv/ny-nyckel", {})
        chief.post("/valv/omforsegling", {})
        chief.tells(f"/rapporter/{rows[0].uid.hex}/oppna", {}, self.canary, 200)
        with connection():
            version = Deposit.get_by_id(rows[0].id).version
        chief.post(f"/rapporter/{rows[0].uid.hex}/karantan", {"version": version})
        chief.post("/valv/las", {})
        self.browser("admin").post(f"/personer/{self.actors['employee'].uid}/inbjudan", {})
        self.look_around(rows, VISITORS)

    def people_come(self) -> None:
        for role in Role:
            self.actors[role.value] = makers.acting(role)
        self.guest = makers.came_in(
            makers.person("Gunnar Gäst", Role.WARDEN), pepper=self.app.config["SETTINGS"].password_pepper
        )

    def report(self, warden: Watched) -> None:
        """Right, wrong, large and wrong, and after the session has ended."""
        text = self.canary.text
        warden.post("/rapportera", {"text": text, "photo": (io.BytesIO(b""), "")})
        big = (text.encode() + bytes(1000)) * 600
        for photo in (text.encode(), big):
            warden.tells(
                "/rapportera", {"text": text, "photo": FileStorage(io.BytesIO(photo), "x.jpg")}, self.canary, 422
            )
        warden.tells("/rapportera", {"text": f"{text}{'x' * 20_000}"}, self.canary, 422)
        late = self.browser()
        door = late.tells("/rapportera", {"text": text}, self.canary, 401)
        hidden = {one["name"]: one["value"] for one in door.inputs if one.get("type") == "hidden"}
        signing = {**hidden, "email": self.guest.email, "password": makers.PASSWORD}
        page = late.tells("/logga-in", signing, self.canary, 200)
        late.post("/rapportera", page.forms[-1]["names"])

    def look_around(self, rows: list[SealedRecord], names: Iterable[str]) -> None:
        """Every page and export of everybody, and the records' own."""
        plain = sorted(
            {
                rule.rule
                for rule in self.app.url_map.iter_rules()
                if "GET" in rule.methods and not rule.arguments - set(rule.defaults or {})
            }
        )
        paths = [*plain, *(f"/{type(row).declared.slug}/{row.uid.hex}" for row in rows), "/logg?slag=deposit"]
        for name in names:
            browser = self.browser(name)
            for path in paths:
                browser.keep(browser.client.get(path, headers=OURS))
        assert len(self.sinks["exports"]) > 20 and len(self.sinks["pages"]) > 200


VISITORS = ("chief", "deputy", "admin")
EVERYBODY = ("", *(role.value for role in Role))


# Where it is looked for


def stored(url: str) -> list[bytes]:
    """The database's files; or each table as COPY writes it, and its values as they are."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        files = sorted(path.parent.glob(f"{path.name}*"))
        assert {file.name.removeprefix(path.name) for file in files} >= {"", "-wal"}, "looked at before it is put away"
        return [file.read_bytes() for file in files]
    blobs: list[bytes] = []
    with raw(url) as connected:
        for (table,) in connected.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            with connected.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
                blobs.append(b"".join(bytes(part) for part in copy))
            for row in connected.execute(f'SELECT * FROM "{table}"').fetchall():
                blobs += [bytes(value) for value in row if isinstance(value, (bytes, memoryview))]
    return blobs


@pytest.fixture
def town(
    app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Town]:
    """Its temporary files stay; its letters go nowhere; everything that is logged is heard."""
    temporary, letters = tmp_path / "temporary", []
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    named = tempfile.NamedTemporaryFile
    kept = lambda *given, **more: named(*given, **more | {"dir": str(temporary), "delete": False})  # noqa: E731
    monkeypatch.setattr(tempfile, "TemporaryFile", kept)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", kept)
    monkeypatch.setattr(post, "send", lambda *told: letters.append("\n".join(told).encode()))
    caplog.set_level(logging.DEBUG)
    app.config.update(VAULT_COST=CHEAP_VAULT, PASSWORD_COST=CHEAP)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")
    yield Town(app, database_url, Canary(), letters)


@pytest.fixture
def found(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> Callable[..., dict[str, set[str]]]:
    """Lives the story; in each place, the ways of writing in which it holds the canary."""

    def live(visitors: Iterable[str] = VISITORS) -> dict[str, set[str]]:
        with connection():  # held, so that nothing is put away
            town.live(visitors)
            places = dict(town.sinks)
            places["the database"] = stored(town.url)
        told = capfd.readouterr()
        places["the log"] = [part.encode() for part in (caplog.text, told.out, told.err)]
        places["temporary files"] = _files(tmp_path / "temporary")
        places["the data directory"] = _files(town.app.config["SETTINGS"].data) + _files(tmp_path / "data")
        places["mail"] = town.letters
        assert town.letters and places["the data directory"] and any(places["the log"])
        return {place: town.canary.hits(blobs) for place, blobs in places.items()}

    return live


def _files(directory: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()]


PLACES = {
    "the database", "the log", "temporary files", "the data directory", "mail", "pages", "exports", "cookies and heads",
    "redirects",
}  # fmt: skip


def test_a_canary_is_nowhere_but_in_the_answer(engine: Any, found: Callable[..., dict[str, set[str]]]) -> None:
    """Pages are the same on both engines: on one of them everybody visits every page."""
    visitors = EVERYBODY if engine.name == "sqlite" else VISITORS
    assert found(visitors) == {place: set() for place in PLACES}


def test_and_where_all_leaks_it_is_everywhere(
    town: Town, found: Callable[..., dict[str, set[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nothing is sealed, and one fault is planted for each place."""
    unsealed(monkeypatch)
    monkeypatch.setattr(InMemory, "_get_file_stream", Request._get_file_stream)
    leaking(town, monkeypatch)
    hits = found()
    assert set(hits) == PLACES and all(hits.values()), hits


def unsealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An envelope in shape only: what it holds can be read."""
    head = MAGIC + bytes([envelopes.HYBRID])

    def seal(text: bytes, place: Any, target: Any) -> Envelope:
        return Envelope(head + target.epoch.to_bytes(4, "big") + bytes(1120) + envelopes._padded(text) + bytes(16))

    def opened(envelope: Envelope, place: Any, target: Any, seed: Any) -> bytes:
        return envelopes._unpadded(bytes(envelope[envelopes.HEAD + 1120 : -16]))

    monkeypatch.setattr(envelopes, "seal", seal)
    monkeypatch.setattr(envelopes, "opened", opened)


def leaking(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line in the log, a file, a letter; and in answers a comment, a column, a cookie and an address."""
    send, text = deposits.send, town.canary.text

    def sent(actor: Any, typed: str, photo: bytes, *, at: Any) -> Any:
        logging.getLogger("varna").info("%s", json.dumps({"typed": typed}))
        (town.app.config["SETTINGS"].data / "last.json").write_bytes(zlib.compress(typed.encode()))
        post.send("smtp://localhost", "chef@kommun.se", "Ny rapport", typed)
        return send(actor, typed, photo, at=at)

    def leak(answer: Response) -> Response:
        if answer.mimetype == "text/csv":
            answer.set_data(base64.b64encode(b"n;" + text.encode()))
        elif answer.mimetype == "text/html" and g.get("actor") and request.method == "GET":
            answer.set_data(answer.get_data() + f"<!-- {html.escape(text)} -->".encode())
        if answer.status_code == 303:
            answer.headers["Location"] += f"?text={quote(text)}"
            answer.set_cookie("typed", text.encode().hex())
        return answer

    monkeypatch.setattr(deposits, "send", sent)
    town.app.after_request_funcs.setdefault(None, []).append(leak)
