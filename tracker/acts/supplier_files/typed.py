"""One month's figures that somebody types, judged by the same rules as a row of a file."""

import datetime as dt
from collections.abc import Mapping

from models.guarding import GuardedSite
from tracker.acts.supplier_files.checking import Checking, Judged
from tracker.acts.supplier_files.layouts import FIELDS, Layout
from tracker.language import today as day_of

ASKED = tuple(name for name in FIELDS if name != "site")

_LAYOUT = Layout(0, ASKED, {name: place for place, name in enumerate(ASKED)})


def judged(site: GuardedSite, written: Mapping[str, str], at: dt.datetime) -> Judged:
    """What was typed as a figure; the column of each of its faults is the name of our field."""
    checking = Checking(site.contract, _LAYOUT, day_of(at), site=site.id)
    return checking.one([written.get(name, "") for name in ASKED])
