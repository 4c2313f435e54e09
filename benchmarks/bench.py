"""How fast Värna is, and whether it stays so when the history grows a hundredfold: `python -m benchmarks.bench`.

Two databases of the same municipality are served at the same time: the same open deficiencies and rounds to walk, one
with a hundred times the history of the other. Requests go over loopback to a real gunicorn under the product's own
configuration, because that is what people wait for: p50 and p95. They go one at a time, the databases and the bare
page in turn, so that whatever else the machine does meets all of them.

What is compared and gated is the cost: how long the server's threads were on a processor for a request (`cpu`, the
least of several rounds), which a busy machine does not change. Beside it stands the work: queries, and the steps of
SQLite's machine, which are the same everywhere.
"""

import argparse
import datetime as dt
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from html import unescape

from benchmarks import town as making
from benchmarks.bulk import bulk
from benchmarks.client import Client, Walk
from benchmarks.history import History
from benchmarks.places import ENGINES, Place, place
from benchmarks.server import Server, environment
from benchmarks.town import PASSWORD, Town
from benchmarks.work import Work, quiet, work_of
from models.database import connect_to, connection, db
from models.fire_safety import Checklist, ChecklistItem, ControlPlan, PremisesKind, Round, RoundState
from tracker.application import create_app
from tracker.settings import read
from tracker.spine.list_page import AFTER, ALL, SEARCH, SELECTION

GROWTH = 1.2  # at most, of the time that a gated page takes
MORE_WORK = 1.5  # at most, of its machine steps: twelve months of tallies take some more than one
AIM = 3.0  # times the bare page
PEOPLE = ("warden0", "head", "chief")
DEEP = 5  # pages into a list
REPEATS = 6
_MORE = re.compile(f'href="([^"]*{AFTER}=[^"]*)"')


@dataclass(frozen=True)
class Page:
    """A page of the product as someone asks for it, and the bare page that shows the same rows."""

    name: str
    who: str
    path: str
    bare: str = ""
    gated: bool = False


@dataclass
class Served:
    """A database being served: a browser for each person, what was measured, and the work of each page."""

    rounds: int
    observations: int
    url: str
    environ: dict[str, str]
    pages: list[Page]
    clients: dict[str, Client] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    server: Server | None = None
    waits: dict[str, list[float]] = field(default_factory=dict)
    costs: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, name: str, ask: Callable[[], None], times: int) -> None:
        """Asks so many times: how long each took, and how long the server was on a processor for one, on average."""
        began = self._worked()
        self.waits.setdefault(name, []).extend(_timed(ask, times))
        self.costs.setdefault(name, []).append((self._worked() - began) / times)

    def cost(self, name: str) -> float:
        return min(self.costs[name])

    def _worked(self) -> float:
        return self.server.worked() if self.server else 0.0


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments(arguments)
    with place(asked.engine) as where, ExitStack() as running:
        few, many = asked.rounds
        print(f"Värna on {asked.engine}, {asked.premises} premises; a history of {few} and {many} rounds each.")
        town, sizes = _build(where, asked.premises, asked.rounds)
        with quiet():
            _count_work(town, sizes)
        _start_and_memory(sizes[-1])
        bare = _serve(town, sizes, running)
        _measure(sizes, bare, max(1, asked.samples // REPEATS), 1 if asked.small else 5)
        _submit(town, sizes, asked.samples)
        _print(sizes, bare)
        return _gate(sizes, _dearer(sizes) if asked.small else (*_dearer(sizes), *_slower(sizes)))


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description="How fast Värna is.")
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--small", action="store_true", help="a tiny municipality, in seconds; no gate on time")
    parser.add_argument("--premises", type=int)
    parser.add_argument("--rounds", type=int, nargs=2, help="walked rounds for each of the premises, twice")
    parser.add_argument("--samples", type=int)
    asked = parser.parse_args(given)
    most = 100 if asked.engine == "sqlite" else 20
    asked.premises = asked.premises or (6 if asked.small else 500)
    asked.rounds = asked.rounds or ([1, 10] if asked.small else [1, most])
    asked.samples = asked.samples or (6 if asked.small else 60)
    return asked


# The two databases


def _build(where: Place, premises: int, rounds: list[int]) -> tuple[Town, list[Served]]:
    environ = environment(where.directory, where.new("base"))
    chance = random.Random(2026)  # noqa: S311  the same municipality each time
    began = time.monotonic()
    settings = read(environ)
    connect_to(settings.database_url)
    create_app(settings)
    town = making.build(settings, dt.datetime.now(dt.UTC), premises)
    with connection():
        plans = making.plan(town)
        making.walk(town, town.premises[: premises * 3 // 10], 2, chance)
    db.close_all()
    sizes = [_with_history(where, town, plans, environ, number) for number in rounds]
    print(f"Built in {time.monotonic() - began:.0f} s.")
    return town, sizes


def _with_history(where: Place, town: Town, plans: list[ControlPlan], environ: dict[str, str], rounds: int) -> Served:
    url = where.copy(environ["DATABASE_URL"], f"rounds{rounds}")
    connect_to(url)
    with connection():
        school = Checklist.kind == PremisesKind.SCHOOL
        items = list(ChecklistItem.select().join(Checklist).where(school).order_by(ChecklistItem.number))
    db.close_all()
    filling = bulk(url)
    people = town.people
    history = History(filling, town.day, random.Random(rounds), items, people["warden0"], people["chief"])  # noqa: S311
    written = history.write(zip(town.premises, plans, strict=True), rounds)
    filling.close()
    with connection():
        walked = Round.select().where(Round.state == RoundState.COUNTERSIGNED).order_by(Round.id.desc()).get()
    db.close_all()
    return Served(rounds, written, url, {**environ, "DATABASE_URL": url}, _pages(town, walked))


def _pages(town: Town, walked: Round) -> list[Page]:
    first = town.premises[0].uid.hex
    everything = f"/brister?{SELECTION}={ALL}"
    return [
        Page("home, warden", "warden0", "/", "/home/warden0", gated=True),
        Page("home, head", "head", "/", "/home/head", gated=True),
        Page("home, chief", "chief", "/", "/home/chief", gated=True),
        Page("follow-up", "chief", "/uppfoljning", "/uppfoljning", gated=True),
        Page("list, first page", "chief", everything, "/brister"),
        Page("list, own unit", "head", everything, "/brister"),
        Page("list, filtered", "chief", f"{everything}&party=HG&state=verified", "/brister?party=HG&state=verified"),
        Page(f"list, {DEEP} pages in", "chief", everything, f"/brister?from={town.day - 60 * making.DAY}"),
        Page("list, searched", "chief", f"{everything}&{SEARCH}=d%C3%B6rren", "/brister?sok=d%C3%B6rren"),
        Page("record, premises", "chief", f"/lokaler/{first}", f"/lokaler/{first}"),
        Page("record, a walked round", "chief", f"/ronder/{walked.uid.hex}", f"/ronder/{walked.uid.hex}"),
        Page(
            "CSV of a filtered list",
            "chief",
            f"/brister/export?{SELECTION}={ALL}&state=open",
            "/brister/export?state=open",
        ),
    ]


def _count_work(town: Town, sizes: list[Served]) -> None:
    for served in sizes:
        app = create_app(read(served.environ))
        served.work = {page.name: work_of(app, town.people[page.who], page.path) for page in served.pages}
        db.close_all()


# The servers


def _serve(town: Town, sizes: list[Served], running: ExitStack) -> Served:
    """Serves each size with one worker, so that no page meets a cold one; and the bare pages of the larger."""
    simple = running.enter_context(Server(sizes[-1].environ, workers=1, application="benchmarks.bare:app"))
    servers = [running.enter_context(Server(served.environ, workers=1)) for served in sizes]
    for served, server in zip(sizes, servers, strict=True):
        server.answers()
        served.server = server
        served.clients = {who: running.enter_context(_signed_in(server.port, town, who)) for who in PEOPLE}
    simple.answers()
    client = running.enter_context(Client(simple.port))
    return Served(0, 0, "", {}, sizes[-1].pages, dict.fromkeys(PEOPLE, client), server=simple)


def _start_and_memory(served: Served) -> None:
    """As `make run` starts it, with the product's own number of workers."""
    with Server(served.environ) as server:
        took = server.answers()
        time.sleep(1)
        memory, workers = server.memory(), len(server.processes()) - 1
    print(
        f"First answer {took:.1f} s after start. Idle memory of the master and {workers} workers: "
        f"{memory['rss']:.0f} MiB resident, {memory['pss']:.0f} MiB with shared pages counted once."
    )


def _signed_in(port: int, town: Town, who: str) -> Client:
    client = Client(port)
    client.sign_in(town.email(who), PASSWORD, town.code(who))
    return client


# Measuring


def _measure(sizes: list[Served], bare: Served, each: int, warmup: int) -> None:
    for number, page in enumerate(bare.pages):
        asks = [(served, _asking(served, served.pages[number])) for served in sizes]
        asks += [(bare, _asking(bare, page, page.bare))] if page.bare else []
        for _, ask in asks:
            _timed(ask, warmup)
        for _ in range(REPEATS):
            for served, ask in asks:
                served.measure(page.name, ask, each)


def _asking(served: Served, page: Page, path: str = "") -> Callable[[], None]:
    client = served.clients[page.who]
    wanted = path or _deep(client, page)

    def ask() -> None:
        answer = client.get(wanted)
        if answer.status != 200:
            raise RuntimeError(f"{page.name}: {wanted} answered {answer.status}")

    return ask


def _deep(client: Client, page: Page) -> str:
    """The page's own address; for the list some pages in, what the links "more" lead to."""
    path = page.path
    for _ in range(DEEP if "pages in" in page.name else 0):
        more = _MORE.search(client.get(path).text)
        path = unescape(more[1]) if more else path
    return path


def _timed(ask: Callable[[], None], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return taken


def _submit(town: Town, sizes: list[Served], times: int) -> None:
    """Signing a round: the POST alone, of an extra round that was opened before."""
    chance = random.Random(1)  # noqa: S311
    where = town.premises[0].uid.hex
    for _ in range(times):
        for served in sizes:
            client = served.clients["warden0"]
            walk = client.sheet(client.extra_round(where), chance)
            served.measure("round signed", partial(_sign, client, walk), 1)


def _sign(client: Client, walk: Walk) -> None:
    answer = client.submit(walk)
    if answer.status != 303:
        raise RuntimeError(f"A round was answered {answer.status}.")


# Telling


def _print(sizes: list[Served], bare: Served) -> None:
    titles = "".join(f"{f'{served.observations:_} observations':^42}" for served in sizes).replace("_", " ")
    print(f"\n{'milliseconds':24}{titles}{'grows':>7}{'bare':>7}{'× bare':>8}")
    print(" " * 24 + f"{'p50':>7}{'p95':>7}{'cpu':>7}{'queries':>9}{'steps':>12}" * len(sizes) + f"{'':7}{'cpu':>7}")
    for name in sizes[0].waits:
        print(f"{name:24}" + "".join(_cells(served, name) for served in sizes) + _compared(sizes, bare, name))


def _cells(served: Served, name: str) -> str:
    waits, work = served.waits[name], served.work.get(name)
    p95 = statistics.quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]
    counted = f"{work.queries:9}{work.steps:12}" if work else " " * 21
    return f"{statistics.median(waits) * 1000:7.1f}{p95 * 1000:7.1f}{served.cost(name) * 1000:7.1f}{counted}"


def _compared(sizes: list[Served], bare: Served, name: str) -> str:
    least, most = (served.cost(name) for served in (sizes[0], sizes[-1]))
    if name not in bare.costs:
        return f"{most / least:7.2f}"
    times = most / bare.cost(name)
    return f"{most / least:7.2f}{bare.cost(name) * 1000:7.1f}{times:7.1f}{' ' if times <= AIM else '!'}"


def _gate(sizes: list[Served], broken: Iterable[str]) -> int:
    print(f"! is more than {AIM:g} times the bare page.\n")
    sentences = [f"FAILED  {sentence}" for sentence in broken]
    times = sizes[-1].rounds // sizes[0].rounds
    print("\n".join(sentences) or f"Home and follow-up cost no more with {times} times the history.")
    return 1 if sentences else 0


def _slower(sizes: list[Served]) -> Iterator[str]:
    for page in sizes[0].pages:
        least, most = sizes[0].cost(page.name), sizes[-1].cost(page.name)
        if page.gated and most > least * GROWTH:
            yield f"{page.name}: {least * 1000:.1f} ms became {most * 1000:.1f} ms, × {most / least:.2f}"


def _dearer(sizes: list[Served]) -> Iterator[str]:
    for page in sizes[0].pages:
        least, most = sizes[0].work[page.name], sizes[-1].work[page.name]
        if page.gated and (most.queries > least.queries or most.steps > least.steps * MORE_WORK):
            yield f"{page.name}: {least} became {most}"


if __name__ == "__main__":
    sys.exit(main())
