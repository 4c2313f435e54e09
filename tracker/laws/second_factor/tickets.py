"""Tickets: what was true a moment ago, sealed under the host's secret, for a browser to bring back in time.

Nothing in a ticket is secret, and whoever has one alone gains nothing by it.
"""

import datetime as dt
import hmac

from tracker.seals import Seal


class Ticket:
    """Tickets of one kind, by a label that no other kind has."""

    def __init__(self, label: str, lasts: dt.timedelta) -> None:
        self._seal, self._lasts = Seal(label), lasts
        self.use_secret = self._seal.use_secret

    def make(self, carried: str, at: dt.datetime, *bound: str) -> str:
        """A ticket that carries a text, and holds for a while for those it is bound to."""
        until = int((at + self._lasts).timestamp())
        return f"{until}.{carried}.{self._seal.of(until, carried, *bound)}"

    def read(self, ticket: str, at: dt.datetime, *bound: str) -> str | None:
        """What it carries; None when it is not ours, is bound to something else, or its time is over."""
        until, _, rest = ticket.partition(".")
        carried, _, seal = rest.rpartition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < 13):
            return None
        ours = self._seal.of(int(until), carried, *bound)
        same = hmac.compare_digest(seal.encode("utf-8", "surrogatepass"), ours.encode())
        return carried if same and at.timestamp() < int(until) else None
