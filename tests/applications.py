"""The application of the tests: put together once in a process, because its routes and templates are the dear part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from tracker.application import create_app, run_with
from tracker.settings import Settings

_made: list[Flask] = []


class Compiled(BytecodeCache):
    """Templates that were compiled in this process already, for applications that a test makes itself."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


@contextmanager
def shared(settings: Settings) -> Iterator[Flask]:
    """The application with these settings; what a test changes in it is taken back."""
    if not _made:
        _made.append(create_app(settings))
    app = _made[0]
    run_with(app, settings)
    changeable: list[Any] = [app.config, app.view_functions, app.before_request_funcs, app.after_request_funcs]
    kept = [{name: value[:] if isinstance(value, list) else value for name, value in one.items()} for one in changeable]
    try:
        yield app
    finally:
        for one, before in zip(changeable, kept, strict=True):
            one.clear()
            one.update(before)
