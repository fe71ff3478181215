"""The table of one or several runs, for people."""

from collections import Counter
from collections.abc import Sequence

from tests.crash.conductor import Told

MOST_WRONG = 20


def as_table(told: Sequence[tuple[str, Told]]) -> str:
    """A column for each run; below it what happened, and what was wrong."""
    rows = [
        ("seed", [str(one.plan.seed) for _, one in told]),
        ("processes at once", [str(one.plan.processes) for _, one in told]),
        ("planned", [str(one.books.planned) for _, one in told]),
        ("received once", [str(one.books.received) for _, one in told]),
        ("duplicates", [str(one.books.duplicates) for _, one in told]),
        ("lost", [str(one.books.lost) for _, one in told]),
        ("unknown (Teams)", [str(one.books.unknown) for _, one in told]),
        ("extra copies swept", [str(one.books.swept) for _, one in told]),
        ("skipped or failed", [str(one.books.left_out.total()) for _, one in told]),
        ("replies typed", [str(one.books.replies) for _, one in told]),
        ("buttons pressed", [str(one.books.presses) for _, one in told]),
        ("kills", [str(one.kills) for _, one in told]),
        ("stops", [str(one.stops) for _, one in told]),
        ("seconds", [f"{one.seconds:.0f}" for _, one in told]),
        ("books", ["balance" if one.balance else "DO NOT BALANCE" for _, one in told]),
    ]
    width = max(len(name) for name, _ in rows)
    columns = max((len(cell) for _, cells in rows for cell in cells), default=0)
    columns = max(columns, *(len(name) for name, _ in told)) + 2
    lines = [" " * width + "".join(name.rjust(columns) for name, _ in told)]
    lines += [name.ljust(width) + "".join(cell.rjust(columns) for cell in cells) for name, cells in rows]
    for name, one in told:
        lines += ["", f"{name}: faults", *_counted(one.faults), f"{name}: named points", *_counted(one.points)]
        lines += [f"{name}: messages", *_counted(one.books.kinds)]
        lines += [f"{name}: skipped or failed", *_counted(one.books.left_out)]
        wrong = [*one.wrong, *one.books.wrong]
        lines += [f"{name}: WRONG", *(f"  {each}" for each in wrong[:MOST_WRONG])] if wrong else []
        if len(wrong) > MOST_WRONG:
            lines.append(f"  ... and {len(wrong) - MOST_WRONG} more")
    return "\n".join(lines)


def _counted(counter: Counter[str]) -> list[str]:
    return [f"  {count:5d}  {what}" for what, count in counter.most_common()]
