"""What a long file of monthly figures costs: `python -m benchmarks.figures`.

A hundred thousand rows, as CSV and as Excel, are looked through and read in, each in a process of its own: how long it
takes, and how much more memory than ten thousand rows do.
"""

import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import xlsxwriter

from models.database import connect_to, connection, migrate
from models.guarding import MonthlyFigure
from tests import makers
from tests.figure_files import as_csv, many
from tests.makers import AT
from tracker.acts.supplier_files import working

SITES, LONG, SHORT = 170, 100_000, 10_000
MOST = 30.0  # seconds for each of the two
MORE = 64.0  # MiB that a hundred thousand rows may take beyond ten thousand, the files themselves (10 MB) included


def main() -> None:
    failed = False
    for kind in ("csv", "xlsx"):
        with tempfile.TemporaryDirectory() as directory:
            short, long = (_in_its_own_process(kind, rows, Path(directory)) for rows in (SHORT, LONG))
        more = long["memory"] - short["memory"]
        for task in (working.LOOK, working.SAVE):
            print(f"{kind:5}{task:6}{long[task]:8.1f} s of {MOST:g} s ({long[f'{task} cpu']:.1f} s of them working)")
        print(f"{kind:5}memory{more:7.1f} MiB more than {SHORT:,} rows; {MORE:g} is the most")
        failed |= more > MORE or any(long[task] > MOST for task in (working.LOOK, working.SAVE))
    sys.exit(failed)


def _in_its_own_process(kind: str, rows: int, directory: Path) -> dict[str, Any]:
    made = directory / f"{rows}.{kind}"
    _write(kind, rows, made)
    command = [sys.executable, "-m", "benchmarks.figures", str(made), str(directory / f"{rows}.db")]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    if told["rows"] != rows:
        sys.exit(f"{told['rows']} rows of {rows} came in.")
    return told


def _write(kind: str, rows: int, file: Path) -> None:
    if kind == "csv":
        file.write_bytes(as_csv(*many(rows, SITES)))
        return
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(many(rows, SITES)):
        sheet.write_row(number, 0, row)
    book.close()


def measured(file: Path, database: Path) -> dict[str, Any]:
    """Looks one file through and reads it in, as the thread behind the pages does."""
    working.AT_ONCE = 3600
    connect_to(f"sqlite:///{database}")
    migrate()
    makers.use_key()
    with connection():
        contract = makers.contract(starts_on=dt.date(2016, 1, 1))
        for number in range(101, 101 + SITES):
            makers.site(contract, supplier_number=f"{number}")
        who = makers.acting(makers.Role.SECURITY)
        _, staged = working.stage(who, contract, file.read_bytes(), None, AT)
        told = _timed(working.LOOK, lambda: working.look(who, contract, staged, AT))
        told |= _timed(working.SAVE, lambda: working.save(who, contract, staged, False, AT))
        rows = MonthlyFigure.select().where(MonthlyFigure.holding()).count()
    return told | {"rows": rows, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _timed(task: str, do: Any) -> dict[str, float]:
    began, worked = time.perf_counter(), time.process_time()
    do()
    return {task: time.perf_counter() - began, f"{task} cpu": time.process_time() - worked}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]))))
    else:
        main()
