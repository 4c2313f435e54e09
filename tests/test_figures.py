"""Monthly figures from a supplier's file: read whatever it is, told row by row, whole or in part, never twice."""

from __future__ import annotations

import datetime as dt
import io
import threading
import time
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from models import RECORDS
from models.database import connection
from models.guarding import (
    Contract,
    DeliveryState,
    FigureDelivery,
    FigureMapping,
    GuardedSite,
    MonthlyFigure,
    ServiceKind,
)
from models.ledger import Entry
from models.people import Actor
from models.staged import FileWork, StagedFile
from models.words import Role
from tests import makers
from tests.browse import Browser, Page, browse
from tests.figure_files import FILES, HEAD, OTHER, ROW, as_csv, as_excel, many
from tests.makers import AT, DAY
from tracker.acts import figures
from tracker.acts.imports import files
from tracker.acts.imports.planning import Fate
from tracker.acts.imports.sheets import Unreadable
from tracker.acts.imports.values import Wrong
from tracker.acts.supplier_files import cells, checking, layouts, read_once, working
from tracker.language import say
from tracker.laws import ledger, staging
from tracker.laws.staging import State
from tracker.spine import records
from tracker.spine.errors import Refused
from tracker.views.web import logs

NAMES = ("Rådhuset", "Björkskolan", "Badhuset")
OURS = ("Kund", "Vad", "När", "Plan", "Gjort", "Ej gjort", "Larm in", "Onödiga", "Tider", "Pris")


@pytest.fixture
def contract(database: Any) -> Contract:
    makers.use_key()
    return made()


def made() -> Contract:
    contract = makers.contract(starts_on=dt.date(2016, 1, 1))
    for number, name in enumerate(NAMES, 101):
        makers.site(contract, name=name, supplier_number=f"{number}")
    return contract


@pytest.fixture
def coordinator(contract: Contract) -> Actor:
    return makers.acting(Role.SECURITY)


@pytest.fixture(autouse=True)
def _to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is shown a waiting page, unless a test is about that."""
    monkeypatch.setattr(working, "AT_ONCE", 120)


def staged(who: Actor, contract: Contract, content: bytes, month: dt.date | None = None) -> StagedFile:
    return working.stage(who, contract, content, month, AT)[1]


def looked(who: Actor, contract: Contract, content: bytes, month: dt.date | None = None) -> tuple[StagedFile, Any]:
    file = staged(who, contract, content, month)
    working.look(who, contract, file, AT)
    return file, staging.work(file, AT)


def saved(who: Actor, contract: Contract, content: bytes, only_right: bool = False) -> Any:
    file, _ = looked(who, contract, content)
    working.save(who, contract, file, only_right, AT)
    return staging.work(file, AT)


def holding() -> list[MonthlyFigure]:
    return list(MonthlyFigure.select().where(MonthlyFigure.holding()).order_by(MonthlyFigure.id))


def sentences(found: dict[str, Any]) -> tuple[str, ...]:
    return tuple(say(working.unpacked(message), "en") for _, _, message in found["faults"])


# What comes in


@pytest.mark.parametrize("name", FILES)
def test_each_file_ends_in_rows_or_in_a_sentence(name: str, contract: Contract, coordinator: Actor) -> None:
    sent = FILES[name]
    try:
        file, work = looked(coordinator, contract, sent.make())
    except Unreadable as error:
        assert (say(error.message, "en"),) == sent.told and not StagedFile.select().exists()
        return
    if sent.asks:
        assert not layouts.unpacked(file.layout).sure
        return
    assert layouts.unpacked(file.layout).sure
    if work.state is State.FAILED:
        assert (say(working.unpacked(work.found["problem"]), "en"),) == sent.told and not sent.rows
        return
    assert (work.found["fates"]["new"], sentences(work.found)) == (sent.rows, sent.told)
    working.save(coordinator, contract, file, bool(sent.told), AT)
    assert len(holding()) == sent.rows
    first = holding()[0]
    assert {field: getattr(first, field) for field in sent.values or {}} == (sent.values or {})


def test_what_a_row_becomes(contract: Contract, coordinator: Actor) -> None:
    saved(coordinator, contract, as_csv(HEAD, ROW, OTHER))
    first, second = holding()
    assert (first.site.name, first.service, first.month) == ("Rådhuset", ServiceKind.OUTER_ROUND, dt.date(2026, 10, 1))
    assert (second.site.name, second.service, second.responses) == ("Björkskolan", ServiceKind.CALL_OUT, "9:1 31:1")
    assert (second.ordered, second.invoiced) == (None, 1201)
    delivery = FigureDelivery.get()
    assert (delivery.state, delivery.rows, delivery.left_out, len(delivery.fingerprint)) == ("complete", 2, 0, 64)


def test_the_same_file_twice_changes_nothing(contract: Contract, coordinator: Actor) -> None:
    saved(coordinator, contract, as_csv(HEAD, ROW, OTHER))
    before = Entry.select().count()
    work = saved(coordinator, contract, as_excel(HEAD, ROW, OTHER))
    assert (work.found["fates"]["same"], work.found["delivery"]) == (2, "")
    assert (Entry.select().count(), FigureDelivery.select().count()) == (before, 1)


def test_only_what_changed_is_written(contract: Contract, coordinator: Actor) -> None:
    saved(coordinator, contract, as_csv(HEAD, ROW, OTHER))
    saved(coordinator, contract, as_csv(HEAD, (*ROW[:4], "60", *ROW[5:]), OTHER))
    assert MonthlyFigure.select().count() == 3
    assert [(row.service, row.delivered) for row in holding()] == [
        (ServiceKind.CALL_OUT, None),
        (ServiceKind.OUTER_ROUND, 60),
    ]


def test_what_a_file_has_no_column_for_stays(contract: Contract, coordinator: Actor) -> None:
    """The invoice comes from another file than the rounds."""
    saved(coordinator, contract, as_csv(HEAD, ROW))
    saved(coordinator, contract, as_csv((*HEAD[:3], "Fakturerat"), (*ROW[:3], "5000")))
    (figure,) = holding()
    assert (figure.ordered, figure.responses, figure.invoiced) == (60, "12:1 18:1 25:1", 5000)


def test_all_or_nothing_on_choice(contract: Contract, coordinator: Actor) -> None:
    content = as_csv(HEAD, ROW, (*OTHER[:6], "många", *OTHER[7:]))
    work = saved(coordinator, contract, content)
    assert (work.state, holding()) == (State.FAILED, [])
    assert saved(coordinator, contract, content, only_right=True).state is State.SETTLED
    delivery = FigureDelivery.get(FigureDelivery.state == DeliveryState.COMPLETE)
    assert (len(holding()), delivery.rows, delivery.left_out) == (1, 1, 1)


def test_the_month_and_the_service_can_be_said_for_all_rows(contract: Contract, coordinator: Actor) -> None:
    content = as_csv((HEAD[0], *HEAD[3:]), ("101", *ROW[3:]))
    file = staged(coordinator, contract, content, dt.date(2026, 9, 1))
    layout = layouts.unpacked(file.layout)
    assert [name for name, _ in layout.problems] == ["service"]
    said = layouts.Layout(**vars(layout) | {"service": ServiceKind.STATIONED})
    staging.lay_out(file, layouts.packed(said), AT)
    working.look(coordinator, contract, file, AT)
    working.save(coordinator, contract, file, False, AT)
    (figure,) = holding()
    assert (figure.month, figure.service) == (dt.date(2026, 9, 1), ServiceKind.STATIONED)


# What is wrong


def test_only_so_much_of_what_is_wrong_is_kept(contract: Contract, coordinator: Actor) -> None:
    _, work = looked(coordinator, contract, as_csv(*many(1000, wrong=900)))
    assert (work.found["wrong"], len(work.found["faults"]), work.found["faults"][0][0]) == (900, working.FAULTS, 2)
    assert len(FileWork.get().found) < 100_000


def test_a_hundred_thousand_rows_and_one_are_told(
    contract: Contract, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "ROWS", 500)
    _, work = looked(coordinator, contract, as_csv(*many(501)))
    assert "At most 500 rows" in say(working.unpacked(work.found["problem"]), "en")
    assert looked(coordinator, contract, as_csv(*many(500)))[1].found["read"] == 500


def test_two_sites_of_one_name_are_told_apart_by_number(contract: Contract, coordinator: Actor) -> None:
    makers.site(contract, name="Rådhuset", supplier_number="0007")
    _, work = looked(coordinator, contract, as_csv(HEAD, ("Rådhuset", *ROW[1:]), ("7", *ROW[1:])))
    assert sentences(work.found) == ("Several sites are called “Rådhuset”. Give them the supplier's numbers.",)
    assert work.found["fates"]["new"] == 1


# What goes wrong on the way


def test_what_is_cut_off_between_batches_counts_nowhere_and_can_be_taken_back(
    contract: Contract, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(BaseException):
        """As a process that ends."""

    def cut(rows: Iterator[Any]) -> Iterator[Any]:
        yield from islice(rows, 150)
        raise Cut

    monkeypatch.setattr(figures, "TOGETHER", 50)
    file, _ = looked(coordinator, contract, as_csv(*many(300)))
    checking_ = checking.Checking(contract, layouts.unpacked(file.layout), AT.date())
    rows = (row.figure for row in checking_.rows(files.lines(staging.content(file))))
    with pytest.raises(Cut):
        figures.receive(coordinator, contract, cut(rows), AT)
    delivery = FigureDelivery.get()
    assert (delivery.state, delivery.rows, holding()) == (DeliveryState.COMING, 100, [])
    records.step(coordinator, FigureDelivery, delivery.uid.hex, "withdraw", {}, delivery.version, AT)
    working.save(coordinator, contract, file, False, AT)
    assert len(holding()) == 300
    assert ledger.verify(RECORDS, list(ledger.trusted().values())).broken is None


def test_whoever_died_is_told_of_and_another_can_begin_anew(contract: Contract, coordinator: Actor) -> None:
    file = staged(coordinator, contract, as_csv(HEAD, ROW))
    dead = staging.begin(file, working.LOOK, AT)
    with pytest.raises(staging.Busy):
        working.look(coordinator, contract, file, AT)
    later = AT + staging.SILENT + dt.timedelta(seconds=1)
    work = staging.work(file, later)
    assert work is not None and work.state is State.DEAD
    working.look(coordinator, contract, file, later)
    assert not staging.beat(dead, 5, later)
    staging.end(dead, State.FAILED, {}, later)
    work = staging.work(file, later)
    assert work is not None and work.state is State.DONE


def test_a_file_is_saved_once_only_and_only_when_it_was_looked_through(contract: Contract, coordinator: Actor) -> None:
    file = staged(coordinator, contract, as_csv(HEAD, ROW))
    with pytest.raises(staging.Busy):
        working.save(coordinator, contract, file, False, AT)
    working.look(coordinator, contract, file, AT)
    working.save(coordinator, contract, file, False, AT)
    for again in (working.look, lambda *given: working.save(*given[:3], False, AT)):
        with pytest.raises(staging.Busy):
            again(coordinator, contract, file, AT)
    assert len(holding()) == 1 and StagedFile.get().content == b""


def test_two_people_at_once(contract: Contract, coordinator: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both come in whole; of the same figure the newer holds."""
    monkeypatch.setattr(figures, "TOGETHER", 40)
    other = makers.acting(Role.CHIEF)
    both = [(who, looked(who, contract, as_csv(*many(400)))[0]) for who in (coordinator, other)]
    together = threading.Barrier(2)

    def one(who: Actor, file: StagedFile) -> None:
        with connection():
            together.wait()
            working.save(who, contract, file, False, AT)

    threads = [threading.Thread(target=one, args=each) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    works = [staging.work(file, AT) for _, file in both]
    assert [work and work.state for work in works] == [State.SETTLED] * 2
    assert len(holding()) == 400 and ledger.verify(RECORDS, list(ledger.trusted().values())).broken is None


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CHIEF, Role.DEPUTY, Role.SECURITY)])
def test_only_owners_bring_figures_in(role: Role, contract: Contract) -> None:
    who = makers.acting(role)
    with pytest.raises(Refused):
        staged(who, contract, as_csv(HEAD, ROW))


# What was staged


def test_a_staged_file_is_its_senders_for_an_hour(contract: Contract, coordinator: Actor) -> None:
    token, file = working.stage(coordinator, contract, as_csv(HEAD, ROW), None, AT)
    assert token not in str(StagedFile.select(StagedFile.token).dicts().get())
    stranger, elsewhere = makers.acting(Role.CHIEF), makers.contract()
    for who, whole, at in (
        (stranger, contract, AT),
        (coordinator, elsewhere, AT),
        (coordinator, contract, AT + staging.LASTS),
    ):
        with pytest.raises(staging.Gone):
            working.find(who, whole, token, at)
    assert working.find(coordinator, contract, token, AT + staging.LASTS - dt.timedelta(seconds=1)).id == file.id
    staging.sweep(AT + staging.LASTS)
    assert not StagedFile.select().exists()


def test_a_person_has_a_few_files_on_their_way(contract: Contract, coordinator: Actor) -> None:
    for _ in range(staging.MOST + 2):
        looked(coordinator, contract, as_csv(HEAD, ROW))
    assert StagedFile.select().count() == FileWork.select().count() == staging.MOST


# What the columns mean


def test_what_was_said_of_the_columns_is_remembered_for_the_supplier(contract: Contract, coordinator: Actor) -> None:
    content = as_csv((*OURS, "Anm."), (*ROW, ""))
    file = staged(coordinator, contract, content)
    assert not layouts.unpacked(file.layout).sure
    layout = layouts.unpacked(file.layout)
    said = layouts.Layout(**vars(layout) | {"columns": {name: n for n, name in enumerate(layouts.FIELDS)}})
    staging.lay_out(file, layouts.packed(said), AT)
    working.look(coordinator, contract, file, AT)
    assert not FigureMapping.select().exists()
    working.save(coordinator, contract, file, False, AT)

    again = layouts.unpacked(staged(coordinator, contract, content).layout)
    assert again.sure and again.columns == said.columns
    moved = layouts.unpacked(staged(coordinator, contract, as_csv(OURS[::-1], ROW[::-1])).layout)
    assert moved.sure and moved.columns["site"] == 9
    other = makers.contract(company_number="556999-0029", starts_on=dt.date(2016, 1, 1))
    assert not layouts.unpacked(staged(coordinator, other, content).layout).sure


def test_a_corrected_file_asks_no_second_time(contract: Contract, coordinator: Actor) -> None:
    """Also before anything of the supplier's is remembered; another person is asked."""
    file = staged(coordinator, contract, as_csv(OURS, ROW))
    said = {"columns": {name: n for n, name in enumerate(layouts.FIELDS)}, "sure": True}
    laid = layouts.Layout(**vars(layouts.unpacked(file.layout)) | said)
    staging.lay_out(file, layouts.packed(laid), AT)
    assert layouts.unpacked(staged(coordinator, contract, as_csv((), OURS, OTHER)).layout).columns == laid.columns
    assert not layouts.unpacked(staged(coordinator, contract, as_csv((*OURS[:9], "Annat"), ROW)).layout).sure
    assert not layouts.unpacked(staged(makers.acting(Role.CHIEF), contract, as_csv(OURS, ROW)).layout).sure


# Cells


@given(
    st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none(), st.datetimes(), st.times())
)
def test_whatever_stands_in_a_cell_is_read_or_told(cell: Any) -> None:
    for read in (cells.month, cells.whole, cells.kronor, cells.responses, cells.service):
        try:
            found = read(cell)
        except Wrong as wrong:
            assert say(wrong.message, "sv")
            continue
        if read is cells.whole and found is not None:
            assert isinstance(found, int) and found >= 0


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_month_is_read_however_it_is_written(day: dt.date) -> None:
    first = day.replace(day=1)
    short, long = (
        ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
        list(cells._LONG),
    )
    ways = (
        f"{day:%Y-%m}", f"{day:%Y%m}", f"{day:%Y/%m}", f"{day:%m/%Y}", f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", day,
        f"{short[day.month - 1]} {day.year}", f"{long[day.month - 1]} {day.year}".upper(), f"{day:%Y-%m-%d} 00:00:00",
        dt.datetime(day.year, day.month, day.day, 12), (day - dt.date(1899, 12, 30)).days, f"{day.year}-{day.month}",
    )  # fmt: skip
    assert [cells.month(way) for way in ways] == [first] * len(ways)


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_kronor_are_read_however_they_are_grouped(whole: int, ore: int) -> None:
    grouped = f"{whole:,}".replace(",", "\u00a0")
    expected = (whole + (ore >= 50), ore != 0)
    for written in (f"{whole},{ore:02}", f"{grouped},{ore:02} kr", f"{whole}.{ore:02}", f"{grouped},{ore:02}:-"):
        assert cells.kronor(written) == expected
    assert cells.kronor(grouped) == (whole, False) == cells.kronor(whole)


@given(st.lists(st.integers(0, 1440), min_size=1, max_size=30))
def test_response_times_are_read_as_a_list_or_as_counts(minutes: list[int]) -> None:
    counted = " ".join(f"{minute}:{minutes.count(minute)}" for minute in sorted(set(minutes)))
    for divided in (", ", ";", "; ", " "):
        assert cells.responses(divided.join(map(str, minutes))) == counted
    assert cells.responses(counted) == counted


@pytest.mark.parametrize("written", ["1,234", "12.345", "999.000"])
def test_a_number_that_can_be_read_in_two_ways_is_not_guessed(written: str) -> None:
    with pytest.raises(Wrong) as error:
        cells.kronor(written)
    assert written in say(error.value.message, "sv")


def test_every_service_is_known_by_its_names() -> None:
    for kind in ServiceKind:
        for written in (kind.value, say(kind, "sv"), say(kind, "en").upper()):
            assert cells.service(written) is kind


# The pages


@pytest.fixture
def office(app: Flask) -> tuple[Browser, str]:
    """The coordinator's browser, and where figures of a contract come in."""
    with connection():
        whole, who = made(), makers.acting(Role.SECURITY)
    return browse(app, who), f"/bevakningsavtal/{whole.uid.hex}/siffror-ur-fil"


def sent(content: bytes, month: str = "") -> dict[str, Any]:
    return {"file": (io.BytesIO(content), "namn.txt"), "month": month}


def test_from_the_contracts_page_to_the_figures(office: tuple[Browser, str]) -> None:
    who, here = office
    assert here in who.get(here.removesuffix("/siffror-ur-fil")).links
    who.get(here)
    who.post(here, sent(as_csv(HEAD, ROW, OTHER)))
    there = who.went_to
    page = who.get(there)
    assert "Läs in allt eller inget" in page.text and "Rådhuset" in page.text and "oktober 2026" in page.text
    who.post(f"{there}/inlasning", {"rows": "all"})
    who.get(there, 303)
    assert "/sifferleveranser/" in who.went_to
    assert "2 nya, 0 ändrade" in who.get(who.went_to).text
    with connection():
        site = GuardedSite.get(GuardedSite.name == "Rådhuset").uid.hex
    assert "oktober 2026" in who.get(f"/bevakningsobjekt/{site}").text or len(figures_shown(who, site)) == 1
    who.post(here, sent(as_csv(HEAD, ROW, OTHER)))
    assert "ändrar ingenting" in who.get(who.went_to).text


def figures_shown(who: Browser, site: str) -> list[str]:
    return [href for href in who.get(f"/bevakningsobjekt/{site}").links if href.startswith("/manadssiffror/")]


def test_columns_are_asked_for_when_they_are_not_known(office: tuple[Browser, str]) -> None:
    who, here = office
    who.post(here, sent(as_csv(OURS, ROW)))
    there = who.went_to
    assert there.endswith("/kolumner")
    who.get(there.removesuffix("/kolumner") + "/fel.csv", 404)  # nothing is wrong before the columns mean something
    page = who.get(there)
    assert "A: Kund" in page.text and "J: Pris" in page.text
    page = who.post(there, {"site": "0", "ordered": "0", "all_month": "snart"}, status=422)
    assert page and "Skriv månaden" in page.text and "redan vald" in page.text
    who.post(there, {name: str(place) for place, name in enumerate(layouts.FIELDS)})
    assert "Läs in allt eller inget" in who.get(who.went_to).text


def test_what_is_wrong_is_shown_row_by_row_and_as_a_file(office: tuple[Browser, str]) -> None:
    who, here = office
    who.post(here, sent(as_csv(HEAD, ROW, ("=cmd", *OTHER[1:]), (*ROW[:2], "2026-13", *ROW[3:]))))
    there = who.went_to
    page = who.get(there)
    assert "Läs in de rader som är rätt" in page.text and "Läs in allt eller inget" not in page.text
    assert "Avtalet har inget objekt" in page.text
    who.get(f"{there}/fel.csv")
    assert who.last is not None
    lines = who.last.text.splitlines()
    assert lines[0] == "\ufeffRad;Kolumn;Vad som är fel" and [line[:1] for line in lines[1:]] == ["3", "4"]
    who.post(f"{there}/inlasning", {"rows": "right"})
    who.get(there, 303)
    assert "1 nya" in who.get(who.went_to).text


@pytest.mark.parametrize(
    "name", [name for name, one in FILES.items() if one.told and not one.rows and "10 MB" not in name]
)
def test_a_file_that_cannot_be_read_is_answered_with_its_sentence(name: str, office: tuple[Browser, str]) -> None:
    who, here = office
    answer = who.client.post(
        here, data=sent(FILES[name].make()) | {"csrf_token": who.token()}, headers={"Origin": "http://localhost"}
    )
    page = Page(answer.text) if answer.status_code == 422 else who.get(answer.headers["Location"])
    assert answer.status_code in (422, 303)
    assert page.text and "Läs in allt eller inget" not in page.text


def test_a_month_that_cannot_be_read_comes_back(office: tuple[Browser, str]) -> None:
    who, here = office
    page = who.post(here, sent(as_csv(HEAD, ROW), "snart"), status=422)
    assert page and "Skriv månaden" in page.text and [one for one in page.inputs if one.get("value") == "snart"]


def test_long_work_is_waited_for_on_a_page_that_renews_itself(
    office: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    who, here = office
    may_go_on = threading.Event()
    real = working._looked
    threads: list[threading.Thread] = []

    def slow(*given: Any) -> Any:
        threads.append(threading.current_thread())
        may_go_on.wait(60)
        return real(*given)

    monkeypatch.setattr(working, "AT_ONCE", 0.05)
    monkeypatch.setattr(working, "_looked", slow)
    who.post(here, sent(as_csv(HEAD, ROW)))
    there = who.went_to
    assert "rader är klara" in who.get(there).text
    assert who.last is not None and who.last.headers["Refresh"] == "2"
    who.post(f"{there}/genomgang")
    may_go_on.set()
    threads[0].join()
    assert "Läs in allt eller inget" in who.get(there).text
    assert "Refresh" not in who.last.headers and len(threads) == 1


def test_what_was_interrupted_is_told_and_begun_anew(office: tuple[Browser, str]) -> None:
    who, here = office
    who.post(here, sent(as_csv(HEAD, ROW)))
    there = who.went_to
    with connection():
        file = StagedFile.get()
        staging.begin(file, working.LOOK, AT - dt.timedelta(minutes=5))
    assert "Det avbröts. Börja om." in who.get(there).text
    who.post(f"{there}/genomgang")
    assert "Läs in allt eller inget" in who.get(there).text


def test_a_file_of_somebody_elses_or_past_its_hour_is_not_there(app: Flask, office: tuple[Browser, str]) -> None:
    who, here = office
    who.post(here, sent(as_csv(HEAD, ROW)))
    there = who.went_to
    with connection():
        stranger = browse(app, makers.acting(Role.CHIEF))
        head = browse(app, makers.acting(Role.AUDITOR))
    for path in (there, f"{there}/kolumner", f"{there}/fel.csv"):
        stranger.get(path, 404)
        head.get(path, 403)
    for path in (f"{there}/inlasning", f"{there}/genomgang", f"{there}/kolumner"):
        stranger.post(path, {}, status=404)
        who.post(path, {}, status=400, token=False)
    with time_machine.travel(AT + staging.LASTS, tick=False):
        fresh = browse(app, who.actor)
        fresh.client.get("/")
    with connection():
        StagedFile.select().get()
        staging.sweep(AT + DAY)
    who.get(there, 404)


def test_a_crash_beside_the_requests_is_told_without_values(
    office: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    who, here = office

    def crash(*given: Any) -> None:
        raise RuntimeError("Rådhuset")

    monkeypatch.setattr(threading, "excepthook", logs.thread_crash)
    monkeypatch.setattr(working, "_looked", crash)
    who.post(here, sent(as_csv(HEAD, ROW)))
    assert "Det avbröts. Börja om." in who.get(who.went_to).text
    (told,) = [record.message for record in caplog.records if "crash" in record.message]
    assert "RuntimeError" in told and "_work" in told and "Rådhuset" not in told


def test_one_month_is_typed(office: tuple[Browser, str]) -> None:
    who, _ = office
    with connection():
        site = GuardedSite.get(GuardedSite.name == "Badhuset").uid.hex
    here = f"/bevakningsobjekt/{site}/ny-manadssiffra"
    assert here in who.get(f"/bevakningsobjekt/{site}").links
    who.get(here)
    values = dict(zip(layouts.FIELDS, ROW, strict=True)) | {"service": "outer_round"}
    for wrong, told in (
        ({"month": "2027-01"}, "inte varit"),
        ({"missed": "61"}, "det hela"),
        ({"alarms": "x"}, "inte ett tal"),
    ):
        page = who.post(here, values | wrong, status=422)
        assert page and told in page.text, page.text
        ((name, typed),) = wrong.items()
        assert typed in [one.get("value") for one in page.inputs if one.get("name") == name]
    who.post(here, values)
    assert len(figures_shown(who, site)) == 1
    who.post(here, values)
    with connection():
        assert FigureDelivery.select().count() == 1 and FigureDelivery.get().origin == "typed"


def test_ten_thousand_rows_come_in_whole(contract: Contract, coordinator: Actor) -> None:
    for number in range(104, 123):
        makers.site(contract, supplier_number=f"{number}")
    work = saved(coordinator, contract, as_csv(*many(10_000, sites=20)))
    assert work.found["fates"][Fate.NEW] == 10_000 == MonthlyFigure.select().count()


def test_a_long_file_takes_no_more_memory_than_a_short_one(contract: Contract, coordinator: Actor) -> None:
    """But for the one number that is kept of each row, so that what stands twice is found."""
    for number in range(104, 123):
        makers.site(contract, supplier_number=f"{number}")
    for made in (as_csv, as_excel):
        short, long = (_peak(coordinator, contract, made(*many(rows, sites=20))) for rows in (3000, 10_000))
        assert long - short < 3_000_000, "some hundred bytes a row"


def _peak(who: Actor, contract: Contract, content: bytes) -> int:
    file = staged(who, contract, content)
    tracemalloc.start()
    working._looked(contract, layouts.unpacked(file.layout), file, AT, lambda rows: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


# Read once

CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.text(max_size=20),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(dt.timedelta(-1000), dt.timedelta(1000)),
)  # fmt: skip


@given(st.lists(st.lists(CELLS, max_size=6), max_size=30))
def test_what_was_read_is_read_again_as_it_was(read: list[list[Any]]) -> None:
    kept = read_once.Kept()
    assert list(kept.noting(read)) == read
    again = list(read_once.again(b"", kept.packed())) if read else []
    assert again == read and [list(map(type, line)) for line in again] == [list(map(type, line)) for line in read]


def test_an_excel_file_is_read_through_once(
    contract: Contract, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, work = looked(coordinator, contract, as_excel(HEAD, ROW, OTHER))
    monkeypatch.setattr(read_once, "lines", lambda content: pytest.fail("the file was read anew"))
    working.look(coordinator, contract, file, AT)
    assert staging.work(file, AT) == work
    working.save(coordinator, contract, file, False, AT)
    assert len(holding()) == 2 and staging.lines(file) is None


def test_a_line_of_delimiters_is_no_work(contract: Contract, coordinator: Actor) -> None:
    began = time.process_time()
    staged(coordinator, contract, b"a;b\n" + b";" * 2_000_000 + b"x\n")
    assert time.process_time() - began < 5
