"""A Värna that is killed while people sign rounds, started again, and asked what it remembers.

A client holds a round as acknowledged only when it has read the whole answer. After each kill every acknowledged round
must be there, whole; the others whole or not begun; and each that is sent again must be the same round, once.
"""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.client import Client, Walk
from benchmarks.server import Server
from benchmarks.town import PASSWORD, Town
from models import RECORDS
from models.database import connection
from models.fire_safety import ChecklistItem, Deficiency, Observation, Round, RoundState
from models.happenings import Verb
from models.ledger import Entry
from models.measures import Mark
from tracker.laws import ledger

DEFICIENT = 0.2  # of the points
BROKEN = (OSError, http.client.HTTPException)  # what a client sees of a server that is gone


class Lost(Exception):
    """A round that was acknowledged is gone, or one is half, or there twice."""


@dataclass
class Sent:
    """A round as a client sent it; `seconds` it waited for the answer, None when no answer was read."""

    walk: Walk
    client: int
    seconds: float | None = None

    @property
    def acknowledged(self) -> bool:
        return self.seconds is not None


@dataclass
class Crowd:
    """Wardens who sign extra rounds on their own premises, all at once, each as fast as the answers come."""

    clients: list[Client]
    premises: Sequence[str]
    sent: list[Sent] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    _under_way: set[int] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)
    _enough: threading.Event = field(default_factory=threading.Event)

    def begin(self, port: int) -> None:
        self._enough.clear()
        self._threads = [
            threading.Thread(target=self._work, args=(number, port)) for number in range(len(self.clients))
        ]
        for thread in self._threads:
            thread.start()

    def wait_until_writing(self, least: int, within: float = 60.0) -> None:
        """Until `least` more rounds are acknowledged and some others are on their way."""
        begun, deadline = self._acknowledged(), time.monotonic() + within
        while self._acknowledged() < begun + least or not self._under_way:
            if time.monotonic() > deadline or not any(thread.is_alive() for thread in self._threads):
                raise RuntimeError(f"Only {self._acknowledged() - begun} rounds were signed: {dict(self.answers)}")
            time.sleep(0.0005)

    def end(self) -> None:
        """Each ends after the answer it waits for; at once when nobody answers any more."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _acknowledged(self) -> int:
        return sum(one.acknowledged for one in list(self.sent))

    def _work(self, number: int, port: int) -> None:
        client, chance = self.clients[number], random.Random(number)  # noqa: S311  which points are deficient
        mine = self.premises[number :: len(self.clients)]
        client.to(port)
        try:
            while not self._enough.is_set():
                sheet = client.extra_round(chance.choice(mine))
                if sheet:
                    self._send(number, client.sheet(sheet, chance, DEFICIENT))
        except BROKEN:
            return
        finally:
            self._under_way.discard(number)
            client.close()

    def _send(self, number: int, walk: Walk) -> None:
        one = Sent(walk, number)
        self.sent.append(one)
        self._under_way.add(number)
        began = time.monotonic()
        answer = self.clients[number].submit(walk)
        self.answers[answer.status] += 1
        if answer.status == http.client.SEE_OTHER and answer.location == walk.path.removesuffix("/ga"):
            one.seconds = time.monotonic() - began
        self._under_way.discard(number)


class Storm:
    """A crowd before a server that is killed again and again."""

    def __init__(self, town: Town, environ: dict[str, str], public_key: bytes, workers: int = 3) -> None:
        self._environ, self._key, self._workers = environ, public_key, workers
        self._server = self._started()
        self.kills = self.cut = self.absent = 0
        self.crowd = Crowd([], [premises.uid.hex for premises in town.premises])
        for name in town.people:
            if name.startswith("warden"):
                client = Client(self._server.port)
                client.sign_in(town.email(name), PASSWORD)
                self.crowd.clients.append(client)

    def kill(self, least: int = 10) -> None:
        """Kills the whole group while rounds are on their way, and starts a new one."""
        begun = len(self.crowd.sent)
        self.crowd.begin(self._server.port)
        try:
            self.crowd.wait_until_writing(least)
        finally:
            self._server.kill()
            self.crowd.end()
        self.kills += 1
        self._server = Server(self._environ, self._workers)
        remembered = self._looked_at(self.crowd.sent[begun:])
        self._server.answers()
        self._sent_again(remembered)

    def run(self, seconds: float, also: Callable[[int], None] | None = None) -> list[Sent]:
        """Lets the crowd work for a while, with what `also` does at this port beside it; the rounds it sent."""
        begun = len(self.crowd.sent)
        self.crowd.begin(self._server.port)
        if also is not None:
            also(self._server.port)
        time.sleep(seconds)
        self.crowd.end()
        return self.crowd.sent[begun:]

    def verify(self) -> None:
        """Raises Lost unless the whole ledger agrees with every row."""
        with connection():
            found = ledger.verify(RECORDS, [self._key])
        if found.broken:
            raise Lost(f"The ledger is not whole after {self.kills} kills: {found.broken}")

    def close(self) -> None:
        for client in self.crowd.clients:
            client.close()
        self._server.stop()

    def _started(self) -> Server:
        server = Server(self._environ, self._workers)
        server.answers()
        return server

    def _looked_at(self, sent: list[Sent]) -> list[tuple[Sent, bool]]:
        """What is stored of each round: whole (True) or not begun."""
        with connection():
            remembered = [(one, is_whole(one.walk)) for one in sent]
        lost = [one.walk.path for one, whole in remembered if one.acknowledged and not whole]
        if lost:
            raise Lost(f"{len(lost)} acknowledged rounds are gone, {lost[0]} first.")
        self.cut += sum(not one.acknowledged for one in sent)
        self.absent += sum(not whole for _, whole in remembered)
        return remembered

    def _sent_again(self, remembered: list[tuple[Sent, bool]]) -> None:
        """What had no answer is sent again, and one that had: the same round, whole, and signed once."""
        again = [one for one, _ in remembered if not one.acknowledged] + [one for one, whole in remembered if whole][:1]
        for one in again:
            client = self.crowd.clients[one.client]
            client.to(self._server.port)
            answer = client.submit(one.walk)
            if answer.location != one.walk.path.removesuffix("/ga"):
                raise Lost(f"{one.walk.path}, sent again, was answered {answer.status}, not with the same round.")
            with connection():
                if not is_whole(one.walk):
                    raise Lost(f"{one.walk.path}, sent again, was not signed.")


def is_whole(walk: Walk) -> bool:
    """Whether a round is stored with everything that was sent; False when nothing of it is. Raises Lost in between."""
    row = Round.get_or_none(Round.uid == walk.round)
    if row is None:
        raise Lost(f"{walk.path}: the round that was to be walked is gone.")
    found = _stored(row)
    wanted = _asked(walk, row) if row.state != RoundState.PLANNED else dict.fromkeys(found, 0)
    if found != wanted:
        raise Lost(f"{walk.path} is half: {found}, not {wanted}.")
    return row.state != RoundState.PLANNED


def _stored(row: Round) -> dict[str, int]:
    found = list(Deficiency.select(Deficiency.id, Deficiency.uid).where(Deficiency.round == row))
    answers = list(Observation.select(Observation.id, Observation.uid).where(Observation.round == row))
    about = [one.uid for one in (*found, *answers)]
    signed = (Entry.record_type == "round") & (Entry.record_uid == row.uid.hex) & (Entry.verb == Verb.SIGNED.value)
    return {
        "answers": len(answers),
        "deficiencies": len(found),
        "marks": Mark.select().where(Mark.about_uid.in_(about)).count() if about else 0,
        "entries": Entry.select().where(signed).count(),
        "submissions": Round.select().where(Round.submission == row.submission).count() if row.submission else 0,
    }


def _asked(walk: Walk, row: Round) -> dict[str, int]:
    """What a round that was sent like this leaves behind."""
    answers = {int(name.partition("-")[2]): text for name, text in walk.form.items() if name.startswith("answer-")}
    deficient = {number for number, text in answers.items() if text == "deficient"}
    secret = {item.id for item in ChecklistItem.select().where(ChecklistItem.id.in_(list(answers))) if item.secret}
    remarked = {number for number, text in answers.items() if text in ("deficient", "fixed")}
    if row.submission != walk.submission:
        raise Lost(f"{walk.path} was signed by another sending.")
    return {
        "answers": len(answers),
        "deficiencies": len(deficient),
        "marks": len(secret & remarked) + len(Deficiency.WORDS) * len(secret & deficient),
        "entries": 1,
        "submissions": 1,
    }
