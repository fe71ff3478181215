"""The table of a benchmark: what was measured, against what, whether that meets the aim, and how both are taken."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.bench.machine import Machine


class Unit(StrEnum):
    """What figures are told in."""

    SECONDS = "s"
    PER_SECOND = "/s"
    MEGABYTES = "MB"
    COUNT = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound on the ratio to the floor, or with `of_figure` on the figure itself; the figure may be the bound."""

    bound: float
    at_least: bool = False
    of_figure: bool = False

    def is_met_by(self, ours: float, floor: float | None) -> bool:
        """Whether it is met. Raises `ValueError` where a ratio is asked for and there is no floor."""
        if not self.of_figure and not floor:
            raise ValueError("An aim for a ratio needs a floor.")
        value = ours if self.of_figure else ours / (floor or 1.0)
        return value >= self.bound if self.at_least else value <= self.bound

    def told(self, unit: Unit) -> str:
        """As the table has it: `<= 4x`, `>= 97/s`."""
        bound = _figure(self.bound, unit) if self.of_figure else f"{self.bound:g}x"
        return f"{'>=' if self.at_least else '<='} {bound}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; times are seconds."""

    what: str
    ours: float
    floor: float | None
    bare: str
    note: str = ""
    unit: Unit = Unit.SECONDS
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by the floor, where there is one."""
        return self.ours / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        return None if self.aim is None else self.aim.is_met_by(self.ours, self.floor)


@dataclass(slots=True)
class Section:
    """Some rows that belong together."""

    title: str
    lines: list[Line] = field(default_factory=list)


class Table:
    """Says every row at once, and keeps it for the end."""

    def __init__(self) -> None:
        self.sections: list[Section] = []

    def section(self, title: str) -> None:
        """Begin a part of the table."""
        self.sections.append(Section(title))
        tell(f"\n{title}")
        tell(HEADING)

    def add(self, line: Line) -> None:
        """Keep a row of the present section, and say it."""
        self.sections[-1].lines.append(line)
        tell(told(line))

    def aims(self) -> list[tuple[str, Line]]:
        """The rows that have an aim, each with the title of its section."""
        return [(part.title, line) for part in self.sections for line in part.lines if line.aim is not None]

    def tell_aims(self) -> None:
        """Every aim again, with what became of it."""
        missed = [f"  {title}: {_with_aim(line)}" for title, line in self.aims() if not line.met]
        tell(f"\n{len(self.aims()) - len(missed)} of {len(self.aims())} aims are met." + (" Not:" * bool(missed)))
        for one in missed:
            tell(one)

    def write_json(self, path: Path, machine: Machine) -> None:
        """All of it, for a program to read."""
        sections = [{"title": part.title, "rows": [_as_json(line) for line in part.lines]} for part in self.sections]
        told = json.dumps({"machine": asdict(machine), "sections": sections}, indent=1)
        path.write_text(told + "\n", encoding="utf-8")


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


def percentile(seconds: list[float], percent: int) -> float:
    """So many of a hundred are at most this; of very few, the largest."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


HEADING = f"  {'what':<50} {'ours':>10} {'floor':>10} {'ratio':>6} {'aim':>11} {'met':>4}  floor is; note"


def told(line: Line) -> str:
    """A row of the table."""
    floor = "" if line.floor is None else _figure(line.floor, line.unit)
    ratio = "" if line.ratio is None else f"{line.ratio:.2g}" if line.ratio < 1 else f"{line.ratio:.1f}"
    aim = "" if line.aim is None else line.aim.told(line.unit)
    met = {None: "", True: "yes", False: "NO"}[line.met]
    words = "; ".join(one for one in (line.bare, line.note) if one)
    ours = _figure(line.ours, line.unit)
    return f"  {line.what:<50} {ours:>10} {floor:>10} {ratio:>6} {aim:>11} {met:>4}  {words}"


def _with_aim(line: Line) -> str:
    aim = "" if line.aim is None else line.aim.told(line.unit)
    ratio = "" if line.ratio is None else f", {line.ratio:.2f}x its floor"
    return f"{line.what}: {_figure(line.ours, line.unit)}{ratio}; aim {aim}"


def _as_json(line: Line) -> dict[str, Any]:
    return {
        "what": line.what,
        "ours": line.ours,
        "floor": line.floor,
        "unit": line.unit.value,
        "ratio": line.ratio,
        "aim": None if line.aim is None else line.aim.told(line.unit),
        "met": line.met,
        "floor is": line.bare,
        "note": line.note,
    }


def _figure(figure: float, unit: Unit) -> str:
    if unit is Unit.SECONDS:
        return f"{figure * 1000:.2f} ms" if figure < 1 else f"{figure:.2f} s"
    if unit is Unit.PER_SECOND:
        return f"{figure:.1f}/s"
    return f"{figure:,.0f} {unit.value}".rstrip()


def tell(text: str) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
