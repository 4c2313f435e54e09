"""The views that are their own; those of every record type are in `registers`."""

from tracker.views import (
    account,
    administration,
    checklists,
    deposits,
    follow_up,
    home,
    imports,
    ledger,
    orders,
    protective_security,
    rounds,
    signing_in,
    texts,
    vault,
    vault_keys,
    vault_recovery,
)

ALL = (
    signing_in.bp,
    account.bp,
    administration.bp,
    home.bp,
    follow_up.bp,
    rounds.bp,
    checklists.bp,
    imports.bp,
    ledger.bp,
    orders.bp,
    protective_security.bp,
    texts.bp,
    vault.bp,
    vault_keys.bp,
    vault_recovery.bp,
    deposits.bp,
)
