"""`generate`: a made-up company of any size, into the database or into a file."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from bot.cli.generating.company import company_of
from bot.cli.generating.frame import Order
from bot.okr import model as okr
from storage.generated_values import NewTeam
from tests.cli.conftest import Line

NAME = "Cloudberry, pretend (3 x 4, week 5, seed 3)"
SMALL = ("generate", "--teams", "3", "--krs", "4", "--weeks", "5", "--seed", "3")
DIGEST = "4b7cd056fcb41f6eea8cb11726057a7cf117bc82f769c6cf8612e911a547ec91"
"""Of the company below. It changes with the generator's words and chances, and with nothing else."""


def _teams(order: Order) -> list[NewTeam]:
    return list(company_of(order).teams())


def test_it_writes_a_company_and_tells_how_much_it_is(line: Line) -> None:
    ended = line.run(*SMALL)

    assert ended.code == 0, ended.err
    assert ended.out.startswith(f"{NAME}: 3 teams, ")
    assert "12 key results" in ended.out
    assert "as of 2026-11-05, in " in ended.out
    exported = line.run("export")
    assert f'"name": "{NAME}"' in exported.out


def test_the_same_company_twice_is_refused_in_one_sentence(line: Line) -> None:
    line.run(*SMALL)

    ended = line.run(*SMALL)

    sentence = f"{NAME} is here already; take another --seed, or another DATABASE_URL."
    assert (ended.code, ended.out, ended.complaint) == (2, "", sentence)


def test_another_company_fits_beside_it(line: Line) -> None:
    line.run(*SMALL)

    assert line.run(*SMALL[:-1], "4").code == 0


def test_a_file_can_be_imported_and_exported_again_byte_for_byte(line: Line) -> None:
    assert line.run(*SMALL, "--output", "made.json").code == 0
    assert not Path("okra.db").exists()

    assert line.run("import", "made.json", "--yes").code == 0

    assert line.run("import", "made.json", "--yes").out.strip().endswith("Nothing to change.")
    assert line.run("export").out.encode() == Path("made.json").read_bytes()


def test_the_same_company_on_every_machine_and_every_python() -> None:
    teams = [asdict(one) for one in _teams(Order(teams=20, krs=6, weeks=9, seed=11))]

    told = json.dumps(teams, default=str, ensure_ascii=False).encode()

    assert hashlib.sha256(told).hexdigest() == DIGEST


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--teams", "0"), "--teams is a number from 1 to 24,001, not 0."),
        (("--krs", "-1"), "--krs is a number from 0 to 20, not -1."),
        (("--weeks", "14"), "--weeks is a number from 0 to 13, as long as the cycle, not 14."),
        (("--seed", "-5"), "--seed is a number from 0 to a million millions, not -5."),
        (("--today", "Friday"), "--today is a day such as 2026-12-10, not 'Friday'."),
        (("--today", "1815-06-18"), "--today is a day from 2000-01-01 to 2099-12-31, not 1815-06-18."),
        (("--output", "no/where.json"), "no/where.json cannot be written: there is no folder no."),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(
    line: Line, arguments: tuple[str, ...], sentence: str
) -> None:
    ended = line.run("generate", *arguments)

    assert (ended.code, ended.out, ended.complaint) == (2, "", sentence)
    assert not Path("okra.db").exists()


def test_without_key_results_there_are_people_and_teams(line: Line) -> None:
    ended = line.run("generate", "--teams", "2", "--krs", "0", "--weeks", "0")

    assert ended.code == 0, ended.err
    assert "0 objectives, 0 key results, 0 check-ins" in ended.out


def test_a_day_moves_the_cycle_so_that_the_week_is_as_asked() -> None:
    order = Order(teams=2, krs=5, weeks=4, seed=1, today=date(2027, 5, 4))

    company = company_of(order)

    assert company.first_day == date(2027, 4, 12)
    assert (company.last_day - company.first_day).days == 13 * 7 - 1
    assert company.cycle == "2027 Q2"
    assert company.now.date() == date(2027, 5, 4)


def test_teams_stand_in_a_tree_under_the_company_and_have_names_of_their_own() -> None:
    teams = _teams(Order(teams=3000, krs=0, weeks=1, seed=2))

    assert [one.number for one in teams if one.parent is None] == [0]
    depth = {0: 0}
    for team in teams[1:]:
        assert team.parent is not None
        depth[team.number] = depth[team.parent] + 1
    assert max(depth.values()) >= 4
    assert len({one.key for one in teams}) == len({one.name for one in teams}) == 3000
    assert all(2 <= len(one.key) <= 5 for one in teams)
    handles = [person.handle for team in teams for person in team.people]
    assert len(set(handles)) == len(handles)


def test_teams_differ_as_teams_do() -> None:
    teams = _teams(Order(teams=200, krs=3, weeks=6, seed=1))

    assert {len(one.meetings) for one in teams} == {0, 1, 2}
    assert {meeting.every for one in teams for meeting in one.meetings} == {1, 2}
    assert {one.cadence for one in teams} == set(okr.Cadence)
    assert any(one.channel is None for one in teams)
    assert len({one.timezone for one in teams}) >= 7
    own = {person.number: team.number for team in teams for person in team.people}
    assert any(own[member] != team.number for team in teams for member in team.members)


def test_between_half_and_nine_tenths_of_the_questions_are_answered() -> None:
    weeks = 10
    shares = []
    for team in _teams(Order(teams=60, krs=8, weeks=weeks, seed=5)):
        if team.cadence is okr.Cadence.BIWEEKLY or any(one.every != 1 for one in team.meetings):
            continue
        krs = [kr for one in team.objectives for kr in one.key_results if not kr.definition.is_automated]
        weeks_told = {
            (at, said.day.isocalendar().week)
            for at, kr in enumerate(krs)
            for said in kr.check_ins
            if said.undone_at is None and said.said.kind is not okr.CheckInKind.SKIP
        }
        shares.append(len(weeks_told) / (len(krs) * weeks))

    # Days away, later starts and what is done, paused or dropped lie below what was asked.
    assert 0.5 < sum(shares) / len(shares) < 0.8
    assert all(0.3 < share <= 0.9 for share in shares), shares
