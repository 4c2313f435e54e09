"""A real Värna: gunicorn with the product's own configuration, on loopback, in a process group of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

from tracker.settings import SECRETS, new_secret

ROOT = Path(__file__).parent.parent
LOOPBACK = "127.0.0.1"
STARTS_WITHIN = 60.0  # seconds
STOPS_WITHIN = 25.0


def environment(data: Path, database_url: str) -> dict[str, str]:
    """What a Värna of its own needs: random secrets, a directory, a database."""
    secrets = {name: new_secret() for name in SECRETS}
    return {"VARNA_ENV": "test", "VARNA_DATA": str(data), "DATABASE_URL": database_url, **secrets}


class Server:
    """One gunicorn and its workers. Only this group is ever signalled."""

    def __init__(self, environ: dict[str, str], workers: int = 3, application: str = "app:app") -> None:
        """Three workers are the product's default. Starts at once; `answers` waits for it."""
        self.port = _free_port()
        self._log = Path(environ["VARNA_DATA"], f"server-{self.port}.log")
        self._log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "gunicorn", "-c", "tracker/gunicorn.py", application]
        told = {"HOST": LOOPBACK, "PORT": str(self.port), "VARNA_WORKERS": str(workers)}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                command, cwd=ROOT, env={**os.environ, **environ, **told}, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def answers(self, path: str = "/logga-in") -> float:
        """Waits for the first answer; returns how many seconds that took."""
        began = time.monotonic()
        while time.monotonic() - began < STARTS_WITHIN:
            if self._process.poll() is not None:
                break
            with suppress(OSError, http.client.HTTPException), self._connection() as asked:
                asked.request("GET", path)
                if asked.getresponse().status == http.client.OK:
                    return time.monotonic() - began
            time.sleep(0.01)
        raise RuntimeError(f"The server did not start:\n{self._log.read_text()[-4000:]}")

    def kill(self) -> None:
        """SIGKILL to the whole group, as when the host takes it: nobody gets to say anything."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        while self.processes():
            time.sleep(0.001)

    def stop(self) -> None:
        """The orderly end; the hard one for whoever does not heed it."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOPS_WITHIN)
        self.kill()

    def processes(self) -> list[int]:
        """The living processes of the group."""
        return [number for number in _numbers() if _group(number) == self._process.pid]

    def memory(self) -> dict[str, float]:
        """MiB: resident in each process, added up (`rss`), and with shared pages counted once (`pss`)."""
        lines = [line for number in self.processes() for line in _rollup(number)]
        return {what.lower(): sum(kib for name, kib in lines if name == what) / 1024 for what in ("Rss", "Pss")}

    def worked(self) -> float:
        """Seconds that the group's threads have been on a processor, whatever else the machine did meanwhile."""
        return sum(_on_processor(number) for number in self.processes()) / 1e9

    def log(self) -> str:
        return self._log.read_text()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _connection(self) -> AbstractContextManager[http.client.HTTPConnection]:
        return closing(http.client.HTTPConnection(LOOPBACK, self.port, timeout=STARTS_WITHIN))

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        return int(taken.getsockname()[1])


def _numbers() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _group(number: int) -> int:
    """The process group of a living process; 0 for one that is gone or only waits to be buried."""
    with suppress(FileNotFoundError, ProcessLookupError):
        state, _, group = Path("/proc", str(number), "stat").read_text().rpartition(")")[2].split()[:3]
        return int(group) if state != "Z" else 0
    return 0


def _on_processor(number: int) -> int:
    """Nanoseconds of all threads of a process."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return sum(int(path.read_text().split()[0]) for path in Path("/proc", str(number), "task").glob("*/schedstat"))
    return 0


def _rollup(number: int) -> list[tuple[str, int]]:
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        lines = Path("/proc", str(number), "smaps_rollup").read_text().splitlines()[1:]
        return [(line.split(":")[0], int(line.split()[1])) for line in lines]
    return []
