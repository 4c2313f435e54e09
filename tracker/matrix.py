"""The permission matrix in words, printed from policy's own tables."""

from collections.abc import Iterator

from models.words import Protection, Register, Role
from tracker.laws import policy
from tracker.laws.policy import Scope

FARTHEST = {Scope.EVERYWHERE: "●", Scope.OWN_PREMISES: "premises", Scope.OWN_UNIT: "unit", Scope.OWN_SELF: "own"}


def markdown() -> str:
    """One table per register: acts down, roles across. ● everywhere, else how far; blank is refused."""
    return "\n".join(line for register in Register for line in _register(register))


def _register(register: Register) -> Iterator[str]:
    acts = [act for (of, act) in policy.GRANTS if of is register]
    if not acts:
        return
    roles = [role for role in Role if any(role in policy.GRANTS[register, act] for act in acts)]
    yield f"**{register.value.replace('_', ' ')}**\n"
    yield f"| | {' | '.join(role.label for role in roles)} |"
    yield f"|---|{'---|' * len(roles)}"
    for act in acts:
        cells = (_cell(register, role, role in policy.GRANTS[register, act]) for role in roles)
        yield f"| {act.value} | {' | '.join(cells)} |"
    readers = policy.SEES.get((register, Protection.SECRET))
    if readers:
        yield f"| *reads what is masked* | {' | '.join(_cell(register, role, role in readers) for role in roles)} |"
    yield ""


def _cell(register: Register, role: Role, granted: bool) -> str:
    return FARTHEST[policy.WITHIN.get((register, role), Scope.EVERYWHERE)] if granted else ""
