"""Counts that tell nothing of the few: what is under five is hidden, and so is what it could be computed from.

Several distributions of the same whole (by area, by state) are hidden together: each adds up to the same total, so
what one shows the other could be computed from. Zero is shown.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

FEWEST = 5
BEYOND = 10**9  # more than can be counted: a hidden number without a known end


@dataclass(frozen=True)
class Cell:
    """A count as it is shown. `few`: under FEWEST. What is hidden and not few is hidden for another's sake."""

    label: str
    number: int | None
    few: bool = False

    @property
    def hidden(self) -> bool:
        return self.number is None

    @property
    def least(self) -> int:
        return self.number if self.number is not None else 1 if self.few else FEWEST

    @property
    def most(self) -> int:
        return self.number if self.number is not None else FEWEST - 1 if self.few else BEYOND


@dataclass(frozen=True)
class Shown:
    """Distributions of one whole as they may be shown, none when nothing may be; `total` is None when it is hidden."""

    distributions: tuple[tuple[Cell, ...], ...]
    total: int | None


def shown(*distributions: Mapping[str, int]) -> Shown:
    """The counts as they may be shown: each hidden one could be at least two numbers, also to who adds and subtracts.

    `distributions` count the same whole, each in its own way. What is few is hidden; then, until nothing hidden can be
    computed, the smallest counts beside it; then the total and counts of the others too; at last everything. Raises
    ValueError for distributions of different wholes.
    """
    wholes = {sum(each.values()) for each in distributions}
    if len(wholes) != 1:
        raise ValueError("Distributions of the same whole have the same total.")
    (whole,) = wholes
    places = [place for place, each in enumerate(distributions) if any(map(is_few, each.values()))]
    for total, among in ((whole, places), (None, range(len(distributions)))):
        for also in _more_and_more(distributions, among):
            cells = tuple(_cells(each, also.get(place, ())) for place, each in enumerate(distributions))
            if not exposed(found := Shown(cells, total)):
                return found
    return Shown((), None)


def is_few(number: int) -> bool:
    return 0 < number < FEWEST


def _more_and_more(distributions: Sequence[Mapping[str, int]], among: Iterable[int]) -> Iterator[dict[int, set[str]]]:
    """By distribution, what to hide for another's sake: nothing, the smallest count of them all, the next one too, …"""
    order = sorted(
        (number, place, label) for place in among for label, number in distributions[place].items() if number >= FEWEST
    )
    also: dict[int, set[str]] = {}
    yield also
    for _, place, label in order:
        also.setdefault(place, set()).add(label)
        yield also


def _cells(counts: Mapping[str, int], also: Container[str]) -> tuple[Cell, ...]:
    return tuple(
        Cell(label, None if is_few(number) or label in also else number, is_few(number))
        for label, number in counts.items()
    )


def exposed(found: Shown) -> bool:
    """Whether some hidden cell can be only one number, by what is shown."""
    least = max((_sum(cell.least for cell in each) for each in found.distributions), default=0)
    most = min((_sum(cell.most for cell in each) for each in found.distributions), default=BEYOND)
    if found.total is not None:
        least = most = found.total
    for each in found.distributions:
        for cell in each:
            if cell.hidden:
                low = least - _sum(other.most for other in each if other is not cell)
                high = most - _sum(other.least for other in each if other is not cell)
                if max(low, cell.least) >= min(high, cell.most):
                    return True
    return False


def _sum(numbers: Iterable[int]) -> int:
    return min(sum(numbers), BEYOND)
