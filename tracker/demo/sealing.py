"""Ekdala's vault, made by its säkerhetsskyddschef as in life, and the sealed reports that came since."""

import datetime as dt
import io

from PIL import Image, ImageDraw

from models.protective_security import Deposit, Outcome, ProtectiveMeasure, SecrecyClass
from tracker.acts.vault import ceremony, clearing, cores, deposits, recovering, unlocking
from tracker.acts.vault.asking import Secrets
from tracker.demo import data
from tracker.demo.cast import PASSPHRASE, SHARES, known
from tracker.demo.town import Town
from tracker.laws.vault import standing
from tracker.laws.vault.wraps import COST
from tracker.settings import Settings, remembered_secrets
from tracker.spine import records

REPORTS = (
    ("oskar", 41, "Skyltfönstret mot gården går att öppna utifrån. Haspen är böjd sedan i helgen."),
    ("emma", 12, "En okänd person frågade i receptionen när serverrummet brukar vara obemannat."),
    ("karin", 2, "Kopplingsskåpet vid lastkajen stod olåst i morse, se foto. Jag har satt på ett tillfälligt lås."),
)
"""Who sent it, how many days ago, and what: invented, and nothing that would be classified."""


def plan(town: Town, settings: Settings) -> None:
    """Puts the ceremony and the reports on the agenda."""
    town.agenda.put(town.ago(60, 13), _make, town, settings)
    for who, days, text in REPORTS:
        town.agenda.put(town.ago(days, 8), _report, town, who, text)
    town.agenda.put(town.ago(40, 16), _handle, town, settings)
    town.agenda.put(town.ago(50, 13), _drill, town, settings)
    for place, said in enumerate(data.cores()):
        town.agenda.put(town.ago(48, 13) + place * dt.timedelta(minutes=9), _core, town, *said)


def _make(town: Town, settings: Settings, at: dt.datetime) -> None:
    eva, host = town.actor("eva"), _host(settings)
    if standing.is_kept():  # of a demonstration that was thrown away
        standing.put_aside()
    printed = ceremony.prepare(eva, host, at=at)
    ceremony.perform(eva, printed.draft, printed.passphrase, printed.shares[:2], host, at=at)
    for name, secret in ((PASSPHRASE, printed.passphrase), (SHARES, " / ".join(printed.shares))):
        remembered_secrets(settings.data, [name], lambda secret=secret: secret)
    started = town.start
    clearing.state(eva, {"vetted_on": started, "trained_on": started, "silence_on": started}, at=at)


def _report(town: Town, who: str, text: str, at: dt.datetime) -> None:
    deposits.send(town.actor(who), text, _photo() if "foto" in text else b"", at=at)


def _handle(town: Town, settings: Settings, at: dt.datetime) -> None:
    """The first is read, and closed, in a vault that is open for as long."""
    eva, first = town.actor("eva"), Deposit.select().order_by(Deposit.id).get()
    words = known(settings)[PASSPHRASE]
    keys = unlocking.passphrase(eva, words, "127.0.0.1", _host(settings), at=at)
    unlocking.begin(eva, keys, "", at=at)
    row, _ = deposits.open_one(eva, first.uid.hex, keys, at=at)
    records.step(eva, Deposit, row.uid.hex, "close", {"outcome": Outcome.HANDLED}, row.version, at)
    unlocking.lock(eva, at=at)


def _drill(town: Town, settings: Settings, at: dt.datetime) -> None:
    shares = known(settings)[SHARES].split(" / ")
    recovering.drill(town.actor("eva"), shares[1:], "127.0.0.1", _host(settings), at=at)


def _core(town: Town, code: str, title: str, protects: str, weak: str, what: str, at: dt.datetime) -> None:
    """What a shell is about, in words that would be no secret if Ekdala were real."""
    measure = ProtectiveMeasure.get_or_none(ProtectiveMeasure.code == code)
    if measure is not None and not measure.kept_elsewhere:
        texts = {"title": title, "protects": protects, "vulnerability": weak, "what": what}
        cores.write(town.actor("eva"), measure.uid.hex, cores.Content(texts, SecrecyClass.NONE), 0, at=at)


def _host(settings: Settings) -> Secrets:
    return Secrets(settings.password_pepper, COST)


def _photo() -> bytes:
    """A cabinet whose door stands open, as far as a few lines can draw it."""
    picture, made = Image.new("RGB", (960, 640), "#c9cfc8"), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 520, 960, 640), fill="#8d9188")
    draw.rectangle((330, 120, 610, 540), fill="#5f6f7a", outline="#2c343a", width=6)
    draw.polygon(((610, 120), (760, 180), (760, 590), (610, 540)), fill="#77889a", outline="#2c343a")
    for row in range(5):
        draw.rectangle((360, 160 + 70 * row, 580, 205 + 70 * row), fill="#2f3a42")
        draw.ellipse((380, 175 + 70 * row, 396, 191 + 70 * row), fill="#7bc47f")
    picture.save(made, "JPEG", quality=80)
    return made.getvalue()
