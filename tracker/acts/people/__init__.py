"""People: who they are, what they may be, how they come in, and how that ends."""

from tracker.acts.people import factors, second_factor
from tracker.acts.people.access import (
    ask_for_reset,
    choose_password,
    confirm_link,
    invite,
    link_for,
    waiting_link,
)
from tracker.acts.people.adding import add, change_language, deactivate, reactivate
from tracker.acts.people.appointing import (
    change_email,
    end_access,
    make_administrator,
    make_chief,
    remove_second_factor,
)
from tracker.acts.people.refusing import broken
from tracker.acts.people.roles import confirm_role, end_role, grant_role, last_day, waiting_roles
from tracker.acts.people.signing_in import (
    WrongSignIn,
    change_password,
    prove,
    prove_password,
    sessions_of,
    sign_in,
    sign_out_everywhere,
)
from tracker.acts.people.who import actor_for, actor_of, grant_found, has_been, has_come_in, myself, roles_of, units

__all__ = [
    "WrongSignIn",
    "actor_for",
    "actor_of",
    "add",
    "ask_for_reset",
    "broken",
    "change_email",
    "change_language",
    "change_password",
    "choose_password",
    "confirm_link",
    "confirm_role",
    "deactivate",
    "end_access",
    "end_role",
    "factors",
    "grant_found",
    "grant_role",
    "has_been",
    "has_come_in",
    "invite",
    "last_day",
    "link_for",
    "make_administrator",
    "make_chief",
    "myself",
    "prove",
    "prove_password",
    "reactivate",
    "remove_second_factor",
    "roles_of",
    "second_factor",
    "sessions_of",
    "sign_in",
    "sign_out_everywhere",
    "units",
    "waiting_link",
    "waiting_roles",
]
