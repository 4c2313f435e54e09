"""The vault's mathematics: what is sealed opens in its own place with its own key, and nowhere else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import logging
import math
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given, settings
from hypothesis import strategies as st

from models.people import Actor
from models.sealed import Envelope
from models.vault import HolderKind, VaultHolder, VaultSession
from tracker.acts.vault import drafts
from tracker.laws.vault import envelopes, holding, passphrases, roots, sessions, shares, wraps
from tracker.laws.vault.envelopes import CannotOpen, Place, Target
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import PUBLIC, Seed, key_id, public_key
from tracker.laws.vault.roots import Epoch, NotPinned, Pin
from tracker.spine.errors import Invalid

FROZEN = json.loads((Path(__file__).parent / "vectors" / "vault-1.json").read_text())
SEED = Seed(bytes(range(32)))
TARGET = Target(1, SEED.public())
PLACE = Place(bytes(16), "protective_measure", uuid.UUID(int=7), "core", 1, "0" * 32)
CHEAP = wraps.Cost(64, 1, 1)
PEPPER = b"the pepper of a test, of 32 bytes"
CONTEXT = wraps.Context(bytes(16), "chief", "holder")


# Known answers


def hybrids() -> list[dict[str, Any]]:
    with cryptography_vectors.open_vector_file("HPKE/hpke-pq-test-vectors.json", "r") as file:
        return [one for one in json.load(file) if one["kem_id"] == 0x647A]


def test_the_seed_is_expanded_as_the_standard_does() -> None:
    assert len(hybrids()) >= 2
    for one in hybrids():
        assert Seed(bytes.fromhex(one["skRm"])).public().hex() == one["pkRm"]


def extracted(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expanded(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    told = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(SHA256(), length, told).derive(prk)


def by_the_book(seed: bytes, enc: bytes, info: bytes, aead: int, key_length: int) -> tuple[bytes, bytes, bytes]:
    """The shared secret, key and nonce of RFC 9180 with X-Wing and HKDF-SHA256, written out from the standards."""
    lattice, curve = Seed(seed)._pair()
    inner, outer = enc[:1088], enc[1088:]
    shared = hashlib.sha3_256(
        lattice.decapsulate(inner) + curve.exchange(X25519PublicKey.from_public_bytes(outer)) + outer
        + curve.public_key().public_bytes_raw() + b"\\.//^\\"
    ).digest()  # fmt: skip
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x647A, 1, aead))
    context = b"\0" + extracted(suite, b"", b"psk_id_hash", b"") + extracted(suite, b"", b"info_hash", info)
    secret = extracted(suite, shared, b"secret", b"")
    return (
        shared,
        expanded(suite, secret, b"key", context, key_length),
        expanded(suite, secret, b"base_nonce", context, 12),
    )


def test_our_book_is_the_standards() -> None:
    (one,) = [one for one in hybrids() if one["kdf_id"] == 1]
    enc, info = bytes.fromhex(one["enc"]), bytes.fromhex(one["info"])
    shared, key, nonce = by_the_book(bytes.fromhex(one["skRm"]), enc, info, one["aead_id"], 32)
    assert (shared.hex(), key.hex(), nonce.hex()) == (one["shared_secret"], one["key"], one["base_nonce"])
    first = one["encryptions"][0]
    sealed = [bytes.fromhex(first[name]) for name in ("ct", "aad", "pt")]
    assert ChaCha20Poly1305(key).decrypt(nonce, sealed[0], sealed[1]) == sealed[2]


def test_our_envelopes_open_by_the_book() -> None:
    envelope = envelopes.seal("Sårbarhet".encode(), PLACE, TARGET)
    enc, sealed = envelope[envelopes.HEAD :][:1120], envelope[envelopes.HEAD :][1120:]
    _, key, nonce = by_the_book(SEED.reveal(), enc, envelopes._info(PLACE, TARGET, 1), 2, 32)
    plain = AESGCM(key).decrypt(nonce, bytes(sealed), b"")
    assert plain == bytes(32) + "Sårbarhet".encode() + b"\x80" + bytes(1024 - 32 - 10 - 1)


def test_what_was_sealed_before_opens_for_ever() -> None:
    """Own vectors, frozen: whoever changes the format makes a new one beside, and reads both."""
    for one in FROZEN["envelopes"]:
        place = Place(
            bytes.fromhex(one["installation"]), one["table"], uuid.UUID(one["row"]), one["column"], one["version"],
            one["writer"],
        )  # fmt: skip
        seed = Seed(bytes.fromhex(one["seed"]))
        envelope = Envelope(bytes.fromhex(one["envelope"]))
        assert envelopes.opened(envelope, place, Target(one["epoch"], seed.public()), seed).decode() == one["text"]
    for one in FROZEN["wraps"]:
        context = wraps.Context(bytes.fromhex(one["installation"]), one["holder"], one["purpose"])
        wrapped = bytes.fromhex(one["wrapped"])
        assert wraps.unwrap(wrapped, one["passphrase"], one["pepper"].encode(), context).hex() == one["secret"]
    for one in FROZEN["recovery"]:
        assert shares.combined(one["shares"][:2]).hex() == shares.combined(one["shares"][1:]).hex() == one["key"]


# Envelopes


@given(st.binary(max_size=5000), st.text(max_size=40), st.integers(0, 2**32 - 1), st.uuids())
@settings(max_examples=100, deadline=None)
def test_what_is_sealed_opens_in_its_place(text: bytes, column: str, version: int, row: uuid.UUID) -> None:
    place = PLACE._replace(column=column, version=version, row=row)
    envelope = envelopes.seal(text, place, TARGET)
    assert envelopes.opened(envelope, place, TARGET, SEED) == text
    assert envelopes.epoch_of(envelope) == 1 and repr(envelope) == "<sealed>" == f"{envelope}"


@pytest.mark.parametrize(
    "other",
    [
        {"installation": b"1" * 16}, {"table": "protective_measur"}, {"row": uuid.UUID(int=8)}, {"column": "notes"},
        {"version": 2}, {"writer": "1" * 32}, {"table": "protective_measurecore", "column": ""},
    ],
    ids=lambda other: " ".join(other),
)  # fmt: skip
def test_in_another_place_it_does_not_open(other: dict[str, Any]) -> None:
    envelope = envelopes.seal(b"text", PLACE, TARGET)
    with pytest.raises(CannotOpen):
        envelopes.opened(envelope, PLACE._replace(**other), TARGET, SEED)


def test_another_key_or_epoch_does_not_open_it() -> None:
    envelope, other = envelopes.seal(b"text", PLACE, TARGET), Seed.made()
    for target, seed in ((TARGET, other), (Target(1, other.public()), other), (Target(2, TARGET.public), SEED)):
        with pytest.raises(CannotOpen):
            envelopes.opened(envelope, PLACE, target, seed)
    again = Envelope(envelope[:5] + (2).to_bytes(4, "big") + envelope[9:])
    with pytest.raises(CannotOpen):
        envelopes.opened(again, PLACE, Target(2, TARGET.public), SEED)


def test_length_and_presence_tell_nothing() -> None:
    sizes = {len(envelopes.seal(b"x" * length, PLACE, TARGET)) for length in (0, 1, 500, 991)}
    assert len(sizes) == 1
    assert len(envelopes.seal(b"x" * 992, PLACE, TARGET)) - sizes.pop() == 1024


def test_a_cut_or_lengthened_envelope_does_not_open() -> None:
    envelope = envelopes.seal(b"text", PLACE, TARGET)
    for raw in (envelope[:-1], envelope + b"\0", envelope[:1300]):
        with pytest.raises(CannotOpen):
            envelopes.opened(Envelope(bytes(raw)), PLACE, TARGET, SEED)


def test_a_public_key_is_one() -> None:
    assert len(SEED.public()) == PUBLIC and len(key_id(SEED.public())) == 8
    for wrong in (b"", SEED.public()[:-1], b"\xff" * PUBLIC):
        with pytest.raises(ValueError):
            public_key(wrong)
    with pytest.raises(ValueError, match="32 bytes"):
        Seed(b"short")
    assert "<seed>" == repr(SEED) == str(SEED)


# Wraps


@given(st.binary(min_size=1, max_size=200), st.text(max_size=60))
@settings(max_examples=50, deadline=None)
def test_a_wrap_opens_with_its_passphrase_only(secret: bytes, passphrase: str) -> None:
    wrapped = wraps.wrap(secret, passphrase, PEPPER, CONTEXT, CHEAP)
    assert wraps.unwrap(wrapped, passphrase, PEPPER, CONTEXT, CHEAP) == secret
    with pytest.raises(CannotOpen):
        wraps.unwrap(wrapped, passphrase + "x", PEPPER, CONTEXT, CHEAP)


@pytest.mark.parametrize("other", [{"installation": b"1" * 16}, {"holder": "x"}, {"purpose": "x"}], ids=str)
def test_a_wrap_is_its_holders_own(other: dict[str, Any]) -> None:
    wrapped = wraps.wrap(b"seed", "ord", PEPPER, CONTEXT, CHEAP)
    with pytest.raises(CannotOpen):
        wraps.unwrap(wrapped, "ord", PEPPER, dataclasses.replace(CONTEXT, **other), CHEAP)
    for pepper, cost in ((b"another", CHEAP), (PEPPER, wraps.Cost(128, 1, 1))):
        with pytest.raises(CannotOpen):
            wraps.unwrap(wrapped, "ord", pepper, CONTEXT, cost)


def test_a_wrap_that_was_cut_opens_nothing() -> None:
    wrapped = wraps.wrap(bytes(32), "ord", PEPPER, CONTEXT, CHEAP)
    for cut in (b"", wrapped[:3], wrapped[:64], wrapped[:-1]):
        with pytest.raises(CannotOpen):
            wraps.unwrap(cut, "ord", PEPPER, CONTEXT, CHEAP)


# Passphrases and shares


def test_a_passphrase_holds_77_bits() -> None:
    assert len(passphrases.words()) == len(set(passphrases.words())) == 7776
    assert passphrases.LENGTH * math.log2(len(passphrases.words())) > 77
    made = {passphrases.made() for _ in range(50)}
    assert len(made) == 50 and {len(one.split()) for one in made} == {passphrases.LENGTH}
    assert {word for one in made for word in one.split()} <= set(passphrases.words())
    assert all(4 <= len(word) <= 7 and word.isalpha() and word == word.casefold() for word in passphrases.words())
    assert passphrases.tidied("  Åska\u00a0 A\u030angbåt ") == "åska ångbåt"


def test_any_two_shares_give_the_key_and_one_does_not() -> None:
    key, lines = shares.made()
    for pair in ((0, 1), (0, 2), (1, 2), (2, 0)):
        assert shares.combined([lines[number].upper() for number in pair]) == key
    other = shares.made()[1]
    for wrong in (
        [lines[0]],
        [lines[0], lines[0]],
        [lines[0], other[1]],
        [],
        ["nonsens", "mer"],
        [*lines, other[0]],
    ):
        with pytest.raises(CannotOpen):
            shares.combined(wrong)


# Epochs


def epoch(root: bytes, number: int, after: Epoch | None, installation: bytes = bytes(16)) -> Epoch:
    previous = after.digest() if after else roots.FIRST
    made = Epoch(number, Seed.made().public(), previous, f"2026-11-{number:02}", installation, roots.public_of(root))
    return dataclasses.replace(made, signature=roots.signature(root, made.body()))


def test_epochs_are_those_of_the_pinned_root() -> None:
    root = secrets.token_bytes(32)
    first = epoch(root, 1, None)
    second = epoch(root, 2, first)
    pinned = Pin.read(roots.pin(first).text())
    assert pinned == roots.pin(first) and len(pinned.fingerprint) == 79
    assert roots.check([first], pinned) is first
    assert roots.check([first, second], pinned) is second, "a newer one that the root signed"
    thief = secrets.token_bytes(32)
    forged = dataclasses.replace(epoch(thief, 2, first), root=first.root)
    for wrong in (
        [], [second], [second, first], [first, first], [epoch(thief, 1, None)], [first, epoch(thief, 2, first)],
        [first, forged], [epoch(root, 1, None, b"1" * 16)], [epoch(root, 1, None)],
        [dataclasses.replace(first, public=Seed.made().public())], [dataclasses.replace(first, made_at="2020-01-01")],
    ):  # fmt: skip
        with pytest.raises(NotPinned):
            roots.check(wrong, pinned)
    with pytest.raises(NotPinned):
        roots.check([first], roots.pin(second))  # rolled back


@pytest.mark.parametrize(
    "text", ["", "varna-vault-pin-1", "varna-vault-pin-2\n00\nx\n1 00\n", "varna-vault-pin-1\nzz\nx\n1 0\n"]
)
def test_a_pin_that_cannot_be_read_is_none(text: str) -> None:
    with pytest.raises(NotPinned):
        Pin.read(text)


def test_two_sealings_of_one_text_are_unlike() -> None:
    one, other = (envelopes.seal(b"text", PLACE, TARGET) for _ in range(2))
    assert one != other and secrets.compare_digest(one[:9], other[:9])


# Flipped bits: each in its turn, and none is accepted


def flipped(whole: bytes) -> Iterator[bytes]:
    for at in range(len(whole) * 8):
        raw = bytearray(whole)
        raw[at // 8] ^= 1 << at % 8
        yield bytes(raw)


def none_accepted(whole: bytes, use: Callable[[bytes], object], *refusals: type[Exception]) -> int:
    """How many bits were flipped. What is whole is used first: the control."""
    use(whole)
    times = 0
    for raw in flipped(whole):
        times += 1
        try:
            use(raw)
        except refusals:
            continue
        raise AssertionError(f"bit {times - 1} was flipped, and nobody noticed")
    return times


def flips_of_envelopes() -> int:
    """As it stands in a column, of 1 and of 4 KiB; each bit of the place, too, by its parts."""
    times = 0
    for length in (4, 3_000):
        envelope = envelopes.seal(b"x" * length, PLACE, TARGET)
        times += none_accepted(
            envelope, lambda raw: envelopes.opened(Envelope(raw), PLACE, TARGET, SEED), CannotOpen, TypeError
        )
    place = PLACE._replace(installation=secrets.token_bytes(16), row=uuid.uuid4())
    envelope = envelopes.seal(b"text", place, TARGET)
    for name, make in (("installation", bytes), ("row", lambda raw: uuid.UUID(bytes=raw))):
        whole = place.row.bytes if name == "row" else place.installation
        moved = lambda raw, name=name, make=make: place._replace(**{name: make(raw)})  # noqa: E731
        times += none_accepted(
            whole, lambda raw, moved=moved: envelopes.opened(envelope, moved(raw), TARGET, SEED), CannotOpen
        )
    return times


def flips_of_a_wrap() -> int:
    wrapped = wraps.wrap(bytes(32), "ord", PEPPER, CONTEXT, CHEAP)
    return none_accepted(wrapped, lambda raw: wraps.unwrap(raw, "ord", PEPPER, CONTEXT, CHEAP), CannotOpen)


def flips_of_an_epoch() -> int:
    root = secrets.token_bytes(32)
    first = epoch(root, 1, None)
    pinned, times = roots.pin(first), 0
    for name in ("public", "previous", "installation", "root", "signature"):
        use = lambda raw, name=name: roots.check([dataclasses.replace(first, **{name: raw})], pinned)  # noqa: E731
        times += none_accepted(getattr(first, name), use, NotPinned)
    return times


def flips_of_a_pin() -> int:
    """Of the file but its last newline."""
    first = epoch(secrets.token_bytes(32), 1, None)
    text = roots.pin(first).text().rstrip().encode()
    return none_accepted(text, lambda raw: roots.check([first], Pin.read(raw.decode("latin-1"))), NotPinned)


def flips_of_a_grant() -> int:
    """Its keys, its signature, and the public halves of the holder and of the epoch that it binds together."""
    root, seed, own = Seed.made(), Seed.made(), Seed.made()
    first = dataclasses.replace(epoch(root.reveal(), 1, None), public=seed.public())
    holder = VaultHolder(uid=uuid.uuid4(), kind=HolderKind.CHIEF, public=own.public().hex())
    grant = holding.granted(Keys(seed, root), first, holder, by=1)
    times = 0
    for row, name in ((grant, "keys"), (grant, "signature"), (holder, "public")):
        times += flips_of_a_field(row, name, lambda: holding.keys_of(grant, first, holder, own))
    return times


def flips_of_a_field(row: Any, name: str, use: Callable[[], object]) -> int:
    """Of a column of bytes or hex; it says afterwards what it said."""
    kept = getattr(row, name)
    hexed = isinstance(kept, str)

    def put(raw: bytes) -> None:
        setattr(row, name, raw.hex() if hexed else Envelope(raw))
        use()

    times = none_accepted(bytes.fromhex(kept) if hexed else bytes(kept), put, CannotOpen, TypeError)
    setattr(row, name, kept)
    return times


def flips_of_a_draft() -> int:
    """Of a ceremony's draft as it travels with the form, its seal first."""
    drafts.SEAL.use_secret(secrets.token_bytes(32))
    own, at = Seed.made(), dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    actor = Actor(1, "0" * 32, "Eva Chef", frozenset())
    holder = VaultHolder(uid=uuid.uuid4(), public=own.public().hex(), wrapped=secrets.token_hex(112))
    draft = drafts.written("own key", actor, at, pair=drafts.of_pair(holder))
    return none_accepted(draft.encode(), lambda raw: drafts.read("own key", raw.decode("latin-1"), actor, at), Invalid)


class Opened(Exception):
    """A session gave its keys."""


def flips_of_a_session(monkeypatch: pytest.MonkeyPatch) -> int:
    """Its wrapped keys, its own share and the cookie's."""

    def told(*models: Any) -> None:
        raise Opened

    sessions.use_secret(secrets.token_bytes(32))
    monkeypatch.setattr(sessions, "housekeeping", told)
    cookie, share, nonce = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(sessions.NONCE)
    row = VaultSession(id=1, person=1, share=share.hex(), started_at=dt.datetime(2026, 11, 23))
    key = sessions._key(cookie.hex(), row.share, 1, "sign-in", row.started_at)
    wrapped = nonce + AESGCM(key).encrypt(nonce, Keys(Seed.made(), Seed.made()).octets(), sessions.LABEL)

    def use(raw: bytes, share: bytes, cookie: bytes) -> None:
        row.wrapped, row.share = raw.hex(), share.hex()
        with suppress(Opened):
            sessions.keys_of(row, cookie.hex(), "sign-in", dt.datetime(2026, 11, 23, tzinfo=dt.UTC))

    return (
        none_accepted(wrapped, lambda raw: use(raw, share, cookie), CannotOpen)
        + none_accepted(share, lambda raw: use(wrapped, raw, cookie), CannotOpen)
        + none_accepted(cookie, lambda raw: use(wrapped, share, raw), CannotOpen)
    )


def test_no_flipped_bit_is_accepted(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "varna")  # each broken seal is told, which is tried elsewhere
    flips = {
        "envelopes": flips_of_envelopes(), "a wrap": flips_of_a_wrap(), "an epoch": flips_of_an_epoch(),
        "a pin": flips_of_a_pin(), "a grant": flips_of_a_grant(), "a draft": flips_of_a_draft(),
        "a session": flips_of_a_session(monkeypatch),
    }  # fmt: skip
    assert sum(flips.values()) >= 60_000 and min(flips.values()) > 800, flips


def test_a_flipped_bit_is_noticed_where_nobody_looks() -> None:
    """The control: a use that does not mind its bits."""
    with pytest.raises(AssertionError, match="bit 0 was flipped"):
        none_accepted(b"text", lambda raw: None, CannotOpen)


@pytest.mark.parametrize("number", [0, -1])
def test_a_pin_of_no_epoch_is_none(number: int) -> None:
    """It would be looked for from the end."""
    pinned = dataclasses.replace(roots.pin(epoch(secrets.token_bytes(32), 1, None)), number=number)
    with pytest.raises(NotPinned):
        Pin.read(pinned.text())
