"""A person's browser as far as Värna can tell: cookies, tokens and forms, by the standard library alone."""

import http.client
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from time import monotonic
from urllib.parse import urlencode

from benchmarks.server import LOOPBACK

STALE = 2.0  # seconds; gunicorn closes a connection after five
REMARK = "Anteckning från rundan: kontrollerad, se plats och åtgärd."


class Unexpected(Exception):
    """Värna answered what no browser should get."""


@dataclass(frozen=True)
class Answer:
    """An answer that was read to its end."""

    status: int
    text: str
    location: str = ""


@dataclass(frozen=True)
class Walk:
    """A round about to be sent: where, and every field that is sent with it."""

    path: str
    form: Mapping[str, str]

    @property
    def round(self) -> uuid.UUID:
        return uuid.UUID(hex=self.path.split("/")[2])

    @property
    def submission(self) -> uuid.UUID:
        return uuid.UUID(self.form["submission"])


class Client:
    """One browser. Not for several threads at once."""

    def __init__(self, port: int, timeout: float = 30.0) -> None:
        self._cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
        self._used = 0.0

    def to(self, port: int) -> None:
        """The same browser, before a server that was started again."""
        self.close()
        self._connection.port = port

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, email: str, password: str, code: str = "") -> None:
        """With a recovery code, where one is asked for. Raises Unexpected when the door stays shut."""
        asked = filled(self.get("/logga-in").text)
        answer = self.post("/logga-in", {**asked, "email": email, "password": password})
        if code and answer.status == http.client.SEE_OTHER:
            step = answer.location
            answer = self.post(step.partition("?")[0], {**filled(self.get(step).text), "second_code": code})
        if answer.status != http.client.SEE_OTHER:
            raise Unexpected(f"{email} could not sign in: {answer.status}")

    def extra_round(self, premises: str) -> str:
        """Begins a round outside the plan on the premises of this name; the address of its sheet."""
        token = filled(self.get(f"/lokaler/{premises}").text)["csrf_token"]
        return self.post(f"/lokaler/{premises}/extra-rond", {"csrf_token": token}).location

    def sheet(self, path: str, chance: random.Random, deficient: float = 0.1) -> Walk:
        """Opens a round and answers every point, a share of them as deficient."""
        form = filled(self.get(path).text)
        points = sorted(name.partition("-")[2] for name in form if name.startswith("place-"))
        if not points or "submission" not in form:
            raise Unexpected(f"{path} shows no round to walk.")
        return Walk(path, {**form, **_answers(points, chance, deficient)})

    def submit(self, walk: Walk) -> Answer:
        """Signs the round; returns only when the whole answer was read."""
        return self.post(walk.path, walk.form)

    def _ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        if monotonic() - self._used > STALE:
            self._connection.close()
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        self._connection.request(method, path, body, {**(headers or {}), **cookies})
        response = self._connection.getresponse()
        answer = Answer(response.status, response.read().decode(), response.getheader("Location", ""))
        self._used = monotonic()
        for line in response.headers.get_all("Set-Cookie", ()):
            self._keep(SimpleCookie(line))
        return answer

    def _keep(self, told: SimpleCookie) -> None:
        for name, morsel in told.items():
            self._cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self._cookies[name]


def filled(page: str) -> dict[str, str]:
    """The inputs of a page's main part, as they stand filled (the last form wins where names repeat)."""
    reading = _Inputs()
    reading.feed(page)
    return reading.found


def _answers(points: list[str], chance: random.Random, deficient: float) -> dict[str, str]:
    answers = {}
    for point in points:
        if chance.random() < deficient:
            told = {"answer": "deficient", "what": REMARK, "place": "Plan 2", "temporary": "Avspärrat"}
        else:
            told = {"answer": "fixed", "note": REMARK} if chance.random() < deficient else {"answer": "ok"}
        answers |= {f"{name}-{point}": text for name, text in told.items()}
    return answers


@dataclass
class _Inputs(HTMLParser):
    found: dict[str, str] = field(default_factory=dict)
    _select: str = ""
    _note: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.found):
            self.found[self._select] = value
        elif tag == "textarea":
            self._note = name
            self.found[name] = ""
        elif tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.found[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._note = ""

    def handle_data(self, data: str) -> None:
        if self._note:
            self.found[self._note] += data.removeprefix("\n")
