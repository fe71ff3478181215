"""Any file as a story needs it."""

from datetime import UTC, datetime

from bot.cli.own_file import MOST_OWNERS, as_of, asked, first_teams, with_running_cycle
from bot.cli.stage import on_the_console
from storage import models as m
from storage.okr_files import OkrFile, read_okr_file
from tests.cli.conftest import EXAMPLES


def read(text: str) -> OkrFile:
    found = read_okr_file(text.encode(), "own.yaml")
    assert isinstance(found, OkrFile), [str(one) for one in found]
    return found


def large(teams: int, owners: int) -> OkrFile:
    """Teams that refer to each other in every way they can."""
    lines = ["workspace: {name: Big}", "people:"]
    lines += [f"  - {{handle: p{team}-{one}, name: P}}" for team in range(teams) for one in range(owners)]
    lines.append("teams:")
    for team in range(teams):
        parent = f", parent: T{teams - 1:02d}" if team == 0 and teams > 1 else ""
        lines.append(f"  - {{key: T{team:02d}, name: Team, lead: p{team}-0{parent}}}")
    lines += ["cycles: [{name: Q, first_day: 2026-10-01, last_day: 2026-12-31}]", "objectives:"]
    for team in range(teams):
        lines += [f"  - team: T{team:02d}", "    title: O", "    key_results:"]
        serves = f", parent: T{teams - 1:02d}-1" if team == 0 and teams > 1 else ""
        lines += [f"      - {{title: KR, from: 0, to: 9, owner: p{team}-{one}{serves}}}" for one in range(owners)]
    if teams > 1:
        last = f"T{teams - 1:02d}"
        lines += [
            "wins:",
            f"  - {{team: T00, text: One, by: p0-0, thanks: {last}, at: 2026-10-05}}",
            f"  - {{team: {last}, text: Two, by: p0-0, at: 2026-10-05}}",
            "agreements:",
            f"  - {{key_result: T00-1, to: {last}, text: Help, asked: 2026-10-05}}",
        ]
    return read("\n".join(lines))


def test_of_a_large_file_the_first_teams_are_told_and_nothing_refers_to_the_others() -> None:
    told = first_teams(large(4, MOST_OWNERS // 2))

    assert [team.key for team in told.teams] == ["T00", "T01"]
    assert {kr.ref.team for kr in told.key_results} == {"T00", "T01"}
    assert [team.parent for team in told.teams] == [None, None]
    assert {kr.serves for kr in told.key_results} == {None}
    assert [(win.text, win.thanks) for win in told.wins] == [("One", None)]
    assert told.agreements == ()


def test_one_large_team_is_told_whole() -> None:
    file = large(1, MOST_OWNERS + 5)

    assert first_teams(file) is file


def test_a_small_file_is_told_whole() -> None:
    file = large(3, 2)

    assert first_teams(file) is file


def test_where_all_cycles_are_over_the_last_one_is_lived_again() -> None:
    text = (EXAMPLES / "small.yaml").read_text(encoding="utf-8").replace("2026-12-31}", "2026-12-31, state: closed}")
    file = read(text)
    assert asked(file) == []

    again = with_running_cycle(file)

    assert [one.state for one in again.cycles] == [m.CycleState.ACTIVE]
    assert len(asked(again)) == 2


def test_nothing_of_the_future_is_known() -> None:
    file = read((EXAMPLES / "teebee.yaml").read_text(encoding="utf-8"))
    start = datetime(2026, 11, 1, tzinfo=UTC)

    then = as_of(file, start)

    moments = [entry.at.instant("Europe/Madrid") for kr in then.key_results for entry in kr.history]
    assert moments
    assert max(moments) < start
    assert len(then.wins) < len(file.wins)
    assert len(then.next_steps) < len(file.next_steps)


def test_what_is_done_later_is_still_to_be_done() -> None:
    file = read((EXAMPLES / "teebee.yaml").read_text(encoding="utf-8"))

    then = as_of(file, datetime(2026, 11, 11, tzinfo=UTC))

    done = {one.text: one.state.value for one in then.next_steps}
    assert done["Call the three hotels that asked for samples"] == "done"
    assert done["Ask the five unhappiest guests why"] == "open"


def test_on_the_console_everyone_has_a_place_of_their_own() -> None:
    file = read(
        """
workspace: {name: One}
people:
  - {handle: mei, name: Mei, address: {slack: U1}}
  - {handle: jack, name: Jack, address: {console: mei}}
teams: [{key: GRO, name: Growth, lead: mei, channel: {teams: "19:sales"}}]
"""
    )

    moved = on_the_console(file)

    assert [[one.external_id for one in person.addresses] for person in moved.people] == [["mei+"], ["mei"]]
    assert [(team.channel.platform.value, team.channel.external_id) for team in moved.teams if team.channel] == [
        ("console", "19:sales")
    ]
