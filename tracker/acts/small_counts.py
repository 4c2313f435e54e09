"""Counts that tell nothing of the few: what is under five is hidden, and so is what it could be computed from.

Several distributions of the same whole (by area, by state) are hidden together: each adds up to the same total, so
what one shows the other could be computed from. Zero is shown.

What is hidden beside the few is decided by what is shown alone, never by a hidden number. So whoever knows the rule
learns nothing from it: every set of counts that looks like the page would have given that same page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.kinds import FEWEST

BEYOND = 10**9  # more than can be counted: a hidden number without a known end


@dataclass(frozen=True)
class Cell:
    """A count as it is shown. `few`: under FEWEST. What is hidden and not few is hidden for another's sake.

    `least` and `most` are what a hidden number can be, by the cells beside it.
    """

    label: str
    number: int | None
    few: bool = False
    least: int = 0
    most: int = BEYOND

    @property
    def hidden(self) -> bool:
        return self.number is None


@dataclass(frozen=True)
class Shown:
    """Distributions of one whole as they may be shown, none when nothing may be; `total` is None when it is hidden."""

    distributions: tuple[tuple[Cell, ...], ...]
    total: int | None


def shown(*distributions: Mapping[str, int]) -> Shown:
    """The counts as they may be shown: each hidden one could be at least two numbers, also to who knows this rule.

    `distributions` count the same whole, each in its own way. Without a few all is shown. With one the total is hidden,
    the few are, and in a distribution without them the largest count, so that it tells no total. Where what is shown
    would still tell a hidden number, nothing is. Raises ValueError for distributions of different wholes.
    """
    wholes = {sum(each.values()) for each in distributions}
    if len(wholes) != 1:
        raise ValueError("Distributions of the same whole have the same total.")
    if not any(is_few(number) for each in distributions for number in each.values()):
        return Shown(tuple(tuple(_open(each)) for each in distributions), wholes.pop())
    found = Shown(tuple(tuple(_without_the_few(each)) for each in distributions), None)
    return Shown((), None) if exposed(found) else found


def is_few(number: int) -> bool:
    return 0 < number < FEWEST


def _open(counts: Mapping[str, int]) -> Iterable[Cell]:
    return (Cell(label, number, least=number, most=number) for label, number in counts.items())


def _without_the_few(counts: Mapping[str, int]) -> Iterable[Cell]:
    """A distribution with its few hidden; one that has none without its largest count, the first of them."""
    has_few = any(map(is_few, counts.values()))
    largest = "" if has_few else max(counts, key=lambda label: counts[label])
    for cell in _open(counts):
        if is_few(counts[cell.label]):
            yield Cell(cell.label, None, few=True, least=1, most=FEWEST - 1)
        elif cell.label == largest:
            yield Cell(cell.label, None, least=_least_of_the_largest(counts, largest))
        else:
            yield cell


def _least_of_the_largest(counts: Mapping[str, int], largest: str) -> int:
    """What the cells beside it tell: as much as those after it, and more than those before, being the first."""
    labels = list(counts)
    before, after = labels[: labels.index(largest)], labels[labels.index(largest) + 1 :]
    return max([FEWEST, *(counts[label] + 1 for label in before), *(counts[label] for label in after)])


def exposed(found: Shown) -> bool:
    """Whether some hidden cell can be only one number, by what is shown."""
    least = max((sum(cell.least for cell in each) for each in found.distributions), default=0)
    most = min((_sum(cell.most for cell in each) for each in found.distributions), default=BEYOND)
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
