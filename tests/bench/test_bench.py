"""The benchmark itself, at a tiny size: every row is measured, and says whether its aim is met. No figure is judged."""

import json
import logging
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.bench.__main__ import TINY
from tests.bench.clicks import cost_of_clicks
from tests.bench.delivering import cost_of_delivering
from tests.bench.explain import explain
from tests.bench.history import cost_of_history
from tests.bench.machine import Machine
from tests.bench.planning import cost_of_planning
from tests.bench.rendering import cost_of_rendering
from tests.bench.replies import cost_of_replies
from tests.bench.starting import cost_of_starting
from tests.bench.table import Aim, Line, Table, Unit

MACHINE = Machine(2, 4, "3.11.0", "3.45.0", None)


@pytest.fixture
def new_url(tmp_path: Path) -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What Okra logs is not what is looked at."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def rows(table: Table) -> dict[str, Line]:
    return {line.what: line for part in table.sections for line in part.lines}


def test_planning_a_monday_says_its_ratio_the_hold_up_and_the_memory(new_url: Callable[[], str]) -> None:
    cost_of_planning(table := Table(), "SQLite", new_url, TINY.check_ins)

    found = rows(table)
    assert found["the first Monday: 20 questions"].aim == Aim(20)
    assert found["the first Monday: longest hold-up of the loop"].met is not None
    assert found["the first Monday: memory that it took more"].unit is Unit.MEGABYTES
    assert found["idle tick, 60 key results"].aim == Aim(3)


def test_every_click_that_was_acknowledged_is_stored(new_url: Callable[[], str]) -> None:
    cost_of_clicks(table := Table(), "SQLite", new_url(), TINY.click_seconds)

    found = rows(table)
    many = found["acknowledged, 20 people at once"]
    pressed, stored = [int(one.split()[0]) for one in many.note.split(", ")[:2]]
    assert many.aim == Aim(0.5, at_least=True)
    assert pressed == stored > 0
    assert found["acknowledged at 100/s, 99 of 100"].aim == Aim(0.1, of_figure=True)


def test_board_and_digest_are_read_with_little_and_with_much_history(new_url: Callable[[], str]) -> None:
    cost_of_history(table := Table(), "SQLite", new_url(), TINY.key_results, TINY.weeks)

    found = rows(table)
    for picture in ("board", "digest"):
        for weeks in (1, TINY.weeks):
            assert found[f"{picture} of one team: reads, weeks of history: {weeks}"].aim == Aim(4)
        assert found[f"{picture} of one team: whole, {TINY.weeks} weeks beside 1"].aim == Aim(1.2)


def test_messages_arrive_once_and_no_faster_than_the_limit(new_url: Callable[[], str]) -> None:
    cost_of_delivering(table := Table(), "SQLite", new_url(), TINY.messages, TINY.rate)

    found = rows(table)
    assert found["messages a second"].floor == TINY.rate
    assert (found["sent twice"].ours, found["not sent"].ours) == (0, 0)
    assert found["memory after them"].ours > 0


def test_what_needs_no_database_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.replies._AWKWARD", ("45k ",))
    table = Table()

    assert cost_of_replies(table, TINY.replies)
    cost_of_rendering(table, TINY.renderings)
    cost_of_starting(table, TINY.starts)

    aims = {line.what: line.aim for _, line in table.aims()}
    assert set(aims) == {
        "median",
        "for Slack",
        "for Teams",
        "for the console",
        "until requests can be taken, Slack and Teams",
    }


@pytest.mark.parametrize(
    ("line", "told", "met"),
    [
        (Line("a", 0.004, 0.002, "b", aim=Aim(4)), "2.0       <= 4x  yes", True),
        (Line("a", 0.010, 0.002, "b", aim=Aim(4)), "5.0       <= 4x   NO", False),
        (Line("a", 60, 100, "b", unit=Unit.PER_SECOND, aim=Aim(0.5, at_least=True)), "0.6     >= 0.5x  yes", True),
        (Line("a", 0.2, None, "", aim=Aim(0.1, of_figure=True)), "<= 100.00 ms   NO", False),
        (Line("a", 0.2, None, ""), "200.00 ms", None),
    ],
)
def test_a_row_says_its_ratio_its_aim_and_whether_that_is_met(
    line: Line, told: str, met: bool | None, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table()
    table.section("Something")
    table.add(line)

    assert told in capsys.readouterr().out
    assert line.met is met


def test_a_ratio_without_a_floor_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a floor"):
        assert Line("a", 1, None, "", aim=Aim(4)).met


def test_the_end_names_the_aims_that_are_missed(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table()
    table.section("Something")
    table.add(Line("quick", 1, 1, "", aim=Aim(2)))
    table.add(Line("slow", 9, 1, "", aim=Aim(2)))
    capsys.readouterr()

    table.tell_aims()

    told = capsys.readouterr().out
    assert "1 of 2 aims are met. Not:" in told
    assert "slow: 9.00 s, 9.00x its floor; aim <= 2x" in told
    assert "quick" not in told


def test_the_file_has_the_machine_and_every_row(tmp_path: Path) -> None:
    table = Table()
    table.section("Something")
    table.add(Line("slow", 9, 3, "bare", "a note", aim=Aim(2)))
    table.write_json(tmp_path / "bench.json", MACHINE)

    read = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))

    assert read["machine"]["cores"] == 2
    (section,) = read["sections"]
    (row,) = section["rows"]
    assert (row["what"], row["ours"], row["floor"], row["ratio"], row["met"]) == ("slow", 9, 3, 3, False)
    assert row["aim"] == "<= 2x"


def test_the_plans_of_what_is_asked_all_day_long_can_be_read(
    new_url: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    explain("SQLite", new_url(), TINY.key_results)

    told = capsys.readouterr().out
    assert "SQLite: 60 rows of key_result" in told
    assert "  claiming a message\n    UPDATE delivery SET" in told
    assert "  what was said lately\n    SELECT ... FROM check_in WHERE" in told
    assert "      | SEARCH check_in USING INDEX ix_check_in_kr_id_at" in told
