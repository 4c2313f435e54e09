"""The views that are their own; those of every record type are in `registers`."""

from tracker.views import (
    account,
    administration,
    checklists,
    follow_up,
    home,
    imports,
    ledger,
    rounds,
    second_factor,
    second_step,
    signing_in,
    texts,
)

ALL = (
    signing_in.bp,
    second_step.bp,
    account.bp,
    second_factor.bp,
    administration.bp,
    home.bp,
    follow_up.bp,
    rounds.bp,
    checklists.bp,
    imports.bp,
    ledger.bp,
    texts.bp,
)
