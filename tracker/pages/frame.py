"""What stands around every page."""

from dataclasses import dataclass

from tracker.pages.parts import Link
from tracker.pages.vault import Vault


@dataclass(frozen=True)
class MenuGroup:
    """What the menu holds under one heading ("" for what stands first); folded away unless open."""

    title: str
    links: tuple[Link, ...]
    open: bool = True


@dataclass(frozen=True)
class Frame:
    """What stands around every page."""

    municipality: str
    locale: str
    language: Link
    home: str
    person: str = ""
    person_uid: str = ""  # what the person's own things on the device are kept under
    roles: str = ""
    menu: tuple[MenuGroup, ...] = ()
    account: str = ""
    sign_out: str = ""
    footer: tuple[Link, ...] = ()
    notice: str = ""
    vault: Vault | None = None
    flashes: tuple[tuple[str, str], ...] = ()
