"""A browser with manners: every page that any test fetches is also checked for what every page must be.

chief = browse(app, makers.acting(Role.CHIEF))
page = chief.get("/brister")            # 200 expected, and checked
chief.post("/brister/…", {...}, status=422)
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from models.database import connection
from models.people import Actor
from tests.makers import AT
from tracker.laws import sessions

OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
UNSEEN = frozenset(["script", "style", "title"])


class Page:
    """What a page says, as far as manners need it."""

    def __init__(self, html: str) -> None:
        self.title, self.headings, self.ids, self.labels = "", [], [], set()
        self.inputs: list[dict[str, str]] = []
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self.visible: list[str] = []
        for node in LexborHTMLParser(html.replace("\0", "")).root.traverse(include_text=True):
            if node.tag != "-text":
                self._element(node.tag, node, {name: value or "" for name, value in node.attributes.items()})
            elif node.parent.tag not in UNSEEN:
                self.visible.append(node.text(deep=False))

    def _element(self, tag: str, node: LexborNode, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "title" and node.parent.tag == "head":
            self.title += node.text()
        if tag == "h1":
            self.headings.append(node.text())
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "method": given.get("method", "get"), "names": {}})
        if tag in ("input", "select", "textarea"):
            self.inputs.append({"tag": tag, **given})
            if self.forms and "name" in given:
                self.forms[-1]["names"].setdefault(given["name"], given.get("value", ""))

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.visible).split())


# A sealed value as it would come out raw, as repr, in base64 or in hex. Its magic alone, four letters, comes
# by chance into some token of some page.
CIPHERTEXT = re.compile(r"VRN1(\x01|\\x01)|VlJOMQE|(?i:56524e3101)")
DRAFT = re.compile(r"<input[^>]*name=\"draft\"[^>]*>")  # keys that were just made carry a sealed grant to their maker


def mind_manners(html: str) -> Page:
    """Raises AssertionError unless the page is as every page must be."""
    page = Page(html)
    assert len(page.headings) == 1, f"{len(page.headings)} h1"
    heading = " ".join(page.headings[0].split())
    assert " ".join(page.title.split()) == f"{heading} · Värna", (page.title, heading)
    twice = {name for name, times in Counter(page.ids).items() if times > 1}
    assert not twice, f"ids that are there twice: {twice}"
    for one in page.inputs:
        if one.get("type") not in ("hidden", "submit", "button"):
            labelled = one.get("id") in page.labels or "aria-label" in one or "aria-labelledby" in one
            assert labelled, f"no label for {one.get('name')}"
    for form in page.forms:
        assert form["method"].lower() != "post" or "csrf_token" in form["names"], (
            f"no token in the form to {form['action']}"
        )
    assert not CIPHERTEXT.search(DRAFT.sub("", html)), "ciphertext on a page"
    assert "None" not in page.text.split(), "None on a page"
    assert not re.search(r"&lt;/?(p|div|span|a|strong)\b|&amp;(amp|lt|quot|#)", html), "text escaped twice"
    assert "%(" not in page.text, "a text without its value"
    return page


class Browser:
    """One person's browser. Pages come back parsed; `last` is the answer."""

    def __init__(self, app: Flask, actor: Actor | None, at: dt.datetime = AT) -> None:
        self.app, self.actor = app, actor
        self.client: FlaskClient = app.test_client()
        self.last: TestResponse | None = None
        if actor is not None:
            with connection():
                token, _ = sessions.start(actor.id, at)
            self.client.set_cookie("varna", token)

    def get(self, path: str, status: int = 200) -> Page:
        return self._read(self.client.get(path), status)

    def post(
        self, path: str, values: dict[str, Any] | None = None, status: int = 303, token: bool = True
    ) -> Page | None:
        """Sends a form as the page itself would: with the session's token, from our own origin."""
        given = dict(values or {})
        if token:
            given.setdefault("csrf_token", self.token())
        return self._read(self.client.post(path, data=given, headers=OURS), status)

    def token(self) -> str:
        page = Page(self.client.get("/begransningar").text)
        return next(one["value"] for one in page.inputs if one.get("name") == "csrf_token")

    @property
    def went_to(self) -> str:
        assert self.last is not None
        return self.last.headers.get("Location", "")

    def _read(self, answer: TestResponse, status: int) -> Any:
        self.last = answer
        answer.get_data()  # to its end, as a browser reads it: an export that streams is not left half sent
        assert answer.status_code == status, (
            f"{answer.status_code} instead of {status} at {answer.request.path}: {_told(answer)}"
        )
        if answer.mimetype == "text/html" and answer.data and status not in (301, 302, 303):
            return mind_manners(answer.text)
        return Page(answer.text) if answer.mimetype == "text/html" else None


def _told(answer: TestResponse) -> str:
    return Page(answer.text).text[:600] if answer.mimetype == "text/html" else answer.text[:300]


def browse(app: Flask, actor: Actor | None = None, at: dt.datetime = AT) -> Browser:
    """A browser in which `actor` is signed in since `at`; nobody, when None."""
    return Browser(app, actor, at)
