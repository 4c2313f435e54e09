"""How the spine says no. The web layer has one translator for these."""

from collections.abc import Iterable

from models.words import Message, Problem


class Missing(Exception):
    """There is no such record, or it is out of this person's reach (which looks the same)."""


class Refused(Exception):
    """This person may not do this."""

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message.msgid if message else "")
        self.message = message


class Invalid(Exception):
    """What was typed breaks rules; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.field for problem in self.problems))
