"""How a view answers: a page value by its template, in the reader's language."""

import re
from typing import Any

from flask import Response, flash, g, make_response, render_template

from models.words import Labelled, Message
from tracker import language
from tracker.pages import Page

_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


def page(value: Page, status: int = 200) -> Response:
    """`value` by the template of the same name: ListPage is drawn by list_page.html."""
    template = _WORDS.sub("_", type(value).__name__).lower() + ".html"
    return make_response(render_template(template, page=value), status)


def say(text: str | Message | Labelled, **values: Any) -> str:
    """`text` in the language of the person who asked."""
    return language.say(Message(text, **values) if values else text, g.locale)


def said(text: str | Message, tone: str = "ok") -> None:
    """Tells the person something on the next page."""
    flash(say(text), tone)
