"""The table of a benchmark: what was measured, against what, and how both are taken."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; times are seconds."""

    what: str
    ours: float
    floor: float | None
    bare: str
    note: str = ""


@dataclass(slots=True)
class Times:
    """The seconds that each of several runs took."""

    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def taking(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - began)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def median_of(work: Callable[[], object], times: int) -> float:
    """Seconds that one call takes."""
    taken = Times()
    for _ in range(times):
        with taken.taking():
            work()
    return taken.median


HEADING = f"  {'what':<46} {'ours':>10} {'floor':>10} {'ratio':>6}  floor is; note"


def told(line: Line) -> str:
    """A row of the table."""
    floor = "" if line.floor is None else _time(line.floor)
    ratio = "" if not line.floor else f"{line.ours / line.floor:.1f}"
    words = "; ".join(one for one in (line.bare, line.note) if one)
    return f"  {line.what:<46} {_time(line.ours):>10} {floor:>10} {ratio:>6}  {words}"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def tell(text: str) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
