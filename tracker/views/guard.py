"""Wall two: a view that has not declared its act stops the program from starting."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for

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


def while_confined(view: View) -> View:
    """Marks a view that is open to who must set up a second factor first; every other leads them there."""
    view.while_confined = True  # type: ignore[attr-defined]
    return view


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
    view = current_app.view_functions[request.url_rule.endpoint]
    act, register = asked(view, request.view_args or {})
    if act is Act.PUBLIC:
        return None
    if g.actor is None:
        return redirect(url_for("signing_in.sign_in", next=_target()))
    if g.confined and not getattr(view, "while_confined", False):
        return redirect(url_for("second_factor.show", next=_target()), 303)
    if act is not Act.ENTER and (register is None or not policy.may(g.actor, register, act)):
        abort(403)
    return None


def _target() -> str:
    """Where this request was going; what was sent is not sent again."""
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else "/"
