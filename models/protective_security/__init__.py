"""Säkerhetsskydd: what only the säkerhetsskyddschef and a valid deputy see, and what only they can open."""

from models.protective_security.clearance import Clearance
from models.protective_security.deposits import Deposit, DepositState, Outcome

__all__ = ["Clearance", "Deposit", "DepositState", "Outcome"]
