"""Browsers for many requests, the page value behind what a browser just fetched, and the rows that a link opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, template_rendered

from models.people import Actor
from tests.browse import Browser
from tracker.pages import ListPage


class Lasting(Browser):
    """Asks for its session's token once."""

    _token = ""

    def token(self) -> str:
        self._token = self._token or super().token()
        return self._token


class Reader:
    """One person reading: each address answered with its page value."""

    def __init__(self, app: Flask, actor: Actor) -> None:
        self.app, self.browser = app, Browser(app, actor)

    def get(self, path: str, status: int = 200) -> Any:
        """The page at `path`."""
        return self._seen(lambda: self.browser.get(path, status))

    def sent(self, path: str, values: dict[str, Any], status: int = 200) -> Any:
        """The page that answers a form."""
        return self._seen(lambda: self.browser.post(path, values, status))

    def _seen(self, ask: Callable[[], Any]) -> Any:
        seen: list[Any] = []

        def keep(sender: Flask, context: dict[str, Any], **more: Any) -> None:
            seen.append(context["page"])

        with template_rendered.connected_to(keep, self.app):
            ask()
        return seen[-1] if seen else None

    def rows(self, path: str) -> int:
        """How many rows a list has, over all its pages; its own count agrees."""
        first = drawn = self.get(path)
        assert isinstance(drawn, ListPage), path
        rows = len(drawn.table.rows)
        while drawn.more:
            drawn = self.get(drawn.more)
            rows += len(drawn.table.rows)
        assert int(re.match(r"\d+", first.count)[0]) == rows, (path, first.count)  # type: ignore[index]
        return rows
