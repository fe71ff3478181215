"""How made-up numbers go over a cycle: steady, late, in an S, fast, stuck, falling back or in jumps; never smoothly."""

from dataclasses import dataclass
from enum import StrEnum

from bot.cli.generating.dice import Dice


class Shape(StrEnum):
    STEADY = "steady"
    LATE = "late"
    S_CURVE = "s_curve"
    FAST = "fast"
    STUCK = "stuck"
    FALLS_BACK = "falls_back"
    JUMPS = "jumps"


_SHAPES = (
    (Shape.STEADY, 34),
    (Shape.LATE, 15),
    (Shape.S_CURVE, 15),
    (Shape.FAST, 11),
    (Shape.STUCK, 10),
    (Shape.FALLS_BACK, 8),
    (Shape.JUMPS, 7),
)


@dataclass(frozen=True, slots=True)
class Course:
    """The share of the way that is gone at the end of each week, and where it will land. 1 is the target."""

    shape: Shape
    landing: float
    points: tuple[float, ...]


def course_of(weeks: int, dice: Dice) -> Course:
    """A walk of so many weeks around a shape."""
    shape = dice.weighed(_SHAPES)
    landing = max(0.05, dice.around(0.25 if shape is Shape.STUCK else 0.82, 0.22))
    drift = 0.0
    points = []
    level = 0.0
    for week in range(weeks):
        share = (week + 1) / weeks
        drift = 0.7 * drift + dice.around(0.0, 0.025)
        if shape is Shape.JUMPS:
            level = max(level, share if dice.chance(0.3) else level)
            points.append(level * landing + 0.3 * drift)
        else:
            points.append(_on_the_way(shape, share) * landing + drift)
    return Course(shape, landing, tuple(points))


def _on_the_way(shape: Shape, share: float) -> float:
    match shape:
        case Shape.LATE:
            return share * share * share
        case Shape.S_CURVE:
            return share * share * (3.0 - 2.0 * share)
        case Shape.FAST:
            return 1.0 - (1.0 - share) * (1.0 - share)
        case Shape.FALLS_BACK:
            return share * 1.6 if share < 0.5 else 0.8 - (share - 0.5) * 0.7
        case _:
            return share
