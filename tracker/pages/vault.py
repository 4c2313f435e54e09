"""The vault, its ceremony, and what was opened."""

from dataclasses import dataclass

from tracker.pages.parts import NO_FORM, Fact, Form, Link, Page, Table


@dataclass(frozen=True)
class Vault:
    """The vault for this reader: open until `until` (the machine's form) and the way to lock it, or `unlock`."""

    until: str = ""
    clock: str = ""  # the time of day when it locks
    lock: str = ""
    unlock: Form | None = None


@dataclass(frozen=True)
class VaultPage(Page):
    """The vault itself: is it open, who holds a key, what can be done with it."""

    vault: Vault | None = None
    notices: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    search: Form | None = None  # what its tables are asked by, before them
    tables: tuple[Table, ...] = ()
    opened: bool = False  # its tables show what was sealed, and leave the screen as the vault locks
    forms: tuple[Form, ...] = ()
    links: tuple[Link, ...] = ()
    progress: tuple[int, int] | None = None  # how much is done, of how much


@dataclass(frozen=True)
class CeremonyPage(Page):
    """What is shown once, to be written down and printed: a passphrase, shares, a fingerprint; and typed back."""

    passphrase: str = ""
    shares: tuple[str, ...] = ()
    fingerprint: str = ""
    key_fingerprint: str = ""
    form: Form = NO_FORM
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Opened:
    """One sealed field, opened. `broken` where the record does not match its trace."""

    label: str
    text: str = ""
    picture: str = ""  # a data: address
    broken: bool = False


@dataclass(frozen=True)
class OpenedPage(Page):
    """What was sealed, for as long as it is looked at."""

    vault: Vault | None = None
    texts: tuple[Opened, ...] = ()
    table: Table | None = None
    forms: tuple[Form, ...] = ()
