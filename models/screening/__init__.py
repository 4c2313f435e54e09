"""The free-text guard: what must not stand in open text, found before anything is stored.

    found("Portkoden är 4711")          # (Rule.CODE,)
    caught("HEMLIG")                    # a Caught: the sentence for whoever typed, and the rules
    caught(Excused("HEMLIG", reason))   # None: somebody has said why it is no marking

Nothing here keeps, names or tells the text itself. Names of classes in ordinary sentences are no markings. Time is
linear in the text: every pattern is bounded.
"""

from models.screening.folding import folded, may_hold
from models.screening.rules import PATTERNS, REFUSED, SENTENCES, Rule
from models.words import Message

SHORTEST, LONGEST = 10, 300
"""Characters of the reason why something is no marking."""

WHY = Message("Say in %(least)s to %(most)s characters why it is not what it looks like.", least=SHORTEST, most=LONGEST)

__all__ = ["LONGEST", "REFUSED", "SHORTEST", "Caught", "Excused", "Rule", "caught", "found"]


class Excused(str):
    """A text of which its writer has said that it is not what it looks like, and for what the guard refuses, why.

    It is the text in every other respect. The ledger's act takes the excuse with it as it saves the field; a text that
    is made out of it is a plain one again.
    """

    reason: str

    def __new__(cls, text: str, reason: str = "") -> "Excused":
        made = super().__new__(cls, text)
        made.reason = reason
        return made


class Caught(Message):
    """The sentence about a text that the guard found something in; never any of the text."""

    rules: tuple[Rule, ...]

    def __init__(self, message: Message, rules: tuple[Rule, ...]) -> None:
        super().__init__(message.msgid, **message.values)
        object.__setattr__(self, "rules", rules)

    @property
    def refused(self) -> bool:
        """Whether a tick alone does not do: a reason is asked for."""
        return any(rule in REFUSED for rule in self.rules)


def found(text: str) -> tuple[Rule, ...]:
    """The rules that the text breaks, the gravest first; most texts are done with at the first look."""
    if not may_hold(text):
        return ()
    read = folded(text)
    return tuple(rule for rule, holds in PATTERNS.items() if holds(read))


def caught(text: str) -> Caught | None:
    """What is wrong with a text, or None. One that is excused is right when its reason is."""
    rules = found(text)
    if not rules:
        return None
    told = Caught(_sentence(rules), rules)
    if not isinstance(text, Excused):
        return told
    return _reason_problem(text.reason, rules) if told.refused else None


def _sentence(rules: tuple[Rule, ...]) -> Message:
    first, *more = (SENTENCES[rule] for rule in rules)
    for other in more:
        first = Message("%(first)s %(more)s", first=first, more=other)
    return first


def _reason_problem(reason: str, rules: tuple[Rule, ...]) -> Caught | None:
    """A reason is one readable line, long enough to say something, and holds nothing of the kind itself."""
    if not SHORTEST <= len(reason) <= LONGEST or not reason.isprintable():
        return Caught(WHY, rules)
    if itself := found(reason):
        return Caught(Message("The reason cannot stand here either. %(why)s", why=_sentence(itself)), rules)
    return None
