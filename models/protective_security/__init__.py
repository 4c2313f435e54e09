"""Säkerhetsskydd: what only the säkerhetsskyddschef and a valid deputy see, and what only they can open."""

from models.protective_security.deposits import Deposit, DepositState

__all__ = ["Deposit", "DepositState"]
