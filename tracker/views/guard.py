"""Wall two: a view that has not declared its act stops the program from starting."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for

from models.words import Act, Register
from tracker.laws import policy

View = TypeVar("View", bound=Callable[..., Any])


class Undeclared(RuntimeError):
    """A view without `@needs`."""


def needs(act: Act, register: Register | None = None) -> Callable[[View], View]:
    """Marks what a view asks for. PUBLIC is a value too; ENTER asks only that somebody is signed in.

    Without `register` the register is the one of the record type that the address names.
    """

    def mark(view: View) -> View:
        view.needs = (act, register)  # type: ignore[attr-defined]
        return view

    return mark


def stand_guard(app: Flask) -> None:
    """Checks every view at start, and every request before its view."""
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "needs"):
            raise Undeclared(f"The view “{rule.endpoint}” at {rule.rule} has not declared its act.")
    app.before_request(_ask)


def asked(endpoint_view: Any, arguments: dict[str, Any]) -> tuple[Act, Register | None]:
    """The act and register that a request for this view asks policy for."""
    act, register = endpoint_view.needs
    record_type = arguments.get("record_type")
    return act, register or (record_type.declared.register if record_type else None)


def _ask() -> Any:
    if request.url_rule is None:
        return None
    from flask import current_app

    act, register = asked(current_app.view_functions[request.url_rule.endpoint], request.view_args or {})
    if act is Act.PUBLIC:
        return None
    if g.actor is None:
        return redirect(url_for("signing_in.sign_in", next=request.full_path.rstrip("?")))
    if act is not Act.ENTER and (register is None or not policy.may(g.actor, register, act)):
        abort(403)
    return None
