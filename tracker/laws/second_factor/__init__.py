"""The law of the second factor: codes of an app, passkeys, recovery codes, and the steps between."""

from models.people import Person
from tracker.laws.second_factor import challenges, codes, passkeys, recovery, steps

__all__ = ["challenges", "codes", "has", "passkeys", "recovery", "steps", "use_secrets"]


def use_secrets(secret: bytes, pepper: bytes) -> None:
    """Seals from now on with the host's secret, and encrypts under what derives from its pepper."""
    codes.use_secrets(secret, pepper)
    for part in (challenges, passkeys, recovery, steps):
        part.use_secret(secret)


def has(person: Person) -> bool:
    """Whether the person has an app or a passkey. Recovery codes alone are none."""
    return bool(codes.of(person) or passkeys.of(person))
