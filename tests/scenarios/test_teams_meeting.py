"""Channels and meetings of Teams, lived on the whole app: where boards go, and what happens when a meeting begins."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.cli.import_file import read_file, write
from storage import models as m
from storage.okr_files import preview
from tests.fakes.teams import TENANT, Message, TeamsFake
from tests.scenarios.running import MADRID, TEEBEE, Running, moved_to
from tests.scenarios.teams_world import behind, started, teams_time

pytestmark = pytest.mark.sqlite_is_enough  # about meetings in Teams; test_teams_week asks the same of both

MEI = "mei-object-id"
JACK = "jack-object-id"
PEOPLE = {"mei": MEI, "jack": JACK}
GENERAL = "19:general@thread.tacv2"
BOARD = "19:board@thread.tacv2"
SALES = "19:sales@thread.tacv2"
WEEKLY = "19:meeting_weekly@thread.v2"
HEADER = "Growth · OKR board"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    """A tenant with a team of two channels, a meeting's chat, and a team that Okra is not in."""
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan", zone=MADRID)
    fake.add_person(JACK, "Jack Moreno", zone=MADRID)
    fake.add_team(GENERAL, "Growth", MEI, JACK, channels={BOARD: "Board"})
    fake.add_team(SALES, "Sales", MEI, has_app=False)
    fake.add_chat(WEEKLY, MEI, JACK)
    async with started(fake):
        yield fake


@pytest.fixture
def place(request: pytest.FixtureRequest) -> str | None:
    """The channel that the file names for Growth; a test may name another, or none."""
    return getattr(request, "param", WEEKLY)


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake, place: str | None) -> AsyncIterator[Running]:
    channels = {} if place is None else {"GRO": place}
    async with behind(teams, tmp_path, PEOPLE, channels) as one:
        for person in PEOPLE.values():
            await teams.installs(person)
        await one.settled()
        yield one


def chat(person: str) -> str:
    return f"a:{person}"


def boards(teams: TeamsFake, conversation: str) -> list[str]:
    return [text for text in teams.texts(conversation) if HEADER in text]


def button(message: Message, title: str) -> dict[str, Any]:
    found = [action for action in message.actions() if action.get("title") == title]
    assert found, f"{title} is not offered: {[action.get('title') for action in message.actions()]}"
    return found[0]


def choices(message: Message, name: str) -> dict[str, str]:
    """What a choice of a form offers."""
    found = next(each for each in _inputs(message.card) if each["id"].endswith(name))
    return {each["title"]: each["value"] for each in found["choices"]}


def name_of(message: Message, name: str) -> str:
    return next(str(each["id"]) for each in _inputs(message.card) if each["id"].endswith(name))


def _inputs(element: object) -> list[dict[str, Any]]:
    if isinstance(element, list):
        return [each for one in element for each in _inputs(one)]
    if not isinstance(element, dict):
        return []
    own = [element] if str(element.get("type", "")).startswith("Input.") else []
    return own + [each for one in element.values() for each in _inputs(one)]


def channel_of(okra: Running) -> str | None:
    def read(session: Session) -> str | None:
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        return None if team.channel_ref is None else str(team.channel_ref["channel"])

    return okra.house.db.read_now(read)


# --- a meeting begins -----------------------------------------------------------------------------------


async def test_a_meeting_that_begins_early_opens_with_its_board(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(WEEKLY)
    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-13 09:42")

    answer = await teams.meeting_starts(WEEKLY)
    await okra.settled()
    await teams.again()
    await okra.settled()

    assert answer.status == 200
    assert len(boards(teams, WEEKLY)) == 1
    await teams.says("KR1 46k")
    await okra.settled()
    assert "$46k" in teams.texts(chat(MEI))[-1]
    await okra.at("2026-11-13 09:50")
    await okra.at("2026-11-13 09:55")
    await okra.settled()
    assert len(boards(teams, WEEKLY)) == 1
    assert "46k" in boards(teams, WEEKLY)[0]


async def test_a_meeting_that_begins_after_its_board_gets_no_second_one(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(WEEKLY)
    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-13 09:50")

    await teams.meeting_starts(WEEKLY)
    await okra.settled()

    assert len(boards(teams, WEEKLY)) == 1


async def test_a_meeting_that_nobody_planned_posts_nothing(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(WEEKLY)
    await okra.at("2026-11-12 10:00")

    await teams.meeting_starts(WEEKLY)
    await okra.settled()

    assert boards(teams, WEEKLY) == []


@pytest.mark.parametrize("place", [BOARD], indirect=True)
async def test_a_meeting_in_the_teams_channel_opens_with_the_board_too(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(GENERAL)
    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-13 09:42")

    await teams.meeting_starts(f"{BOARD};messageid=1699")
    await okra.settled()

    assert len(boards(teams, BOARD)) == 1


@pytest.mark.parametrize(
    ("place", "begins", "count"),
    [(BOARD, "09:29", 0), (BOARD, "09:30", 1), (WEEKLY, "07:59", 0), (WEEKLY, "08:00", 1)],
    indirect=["place"],
)
async def test_in_a_channel_where_anybody_may_meet_only_what_begins_about_then_is_the_teams_meeting(
    okra: Running, teams: TeamsFake, place: str, begins: str, count: int
) -> None:
    await teams.adds_to(GENERAL if place == BOARD else WEEKLY)
    await okra.at("2026-11-12 10:00")
    await okra.at(f"2026-11-13 {begins}")

    await teams.meeting_starts(f"{place};messageid=1699" if place == BOARD else place)
    await okra.settled()

    assert len(boards(teams, place)) == count


async def test_the_chat_of_a_meeting_has_no_threads(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(WEEKLY)
    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-13 09:50")
    await okra.at("2026-11-13 10:50")

    assert len(teams.messages(WEEKLY)) >= 2
    assert {message.thread for message in teams.messages(WEEKLY)} == {None}


# --- the file and the app, in either order --------------------------------------------------------------


async def test_a_channel_of_the_file_is_written_to_once_okra_is_let_in(okra: Running, teams: TeamsFake) -> None:
    await okra.at("2026-11-12 10:00")
    await teams.adds_to(WEEKLY)

    await okra.at("2026-11-13 09:50")

    assert len(boards(teams, WEEKLY)) == 1


@pytest.mark.parametrize("place", [None], indirect=True)
async def test_a_channel_that_okra_was_in_before_the_file_named_it_is_written_to(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.adds_to(WEEKLY)
    await okra.settled()

    file = moved_to(read_file(TEEBEE), m.Platform.TEAMS, PEOPLE, {"GRO": WEEKLY})
    await okra.house.db.write(write, file, (), okra.clock.now())
    await okra.at("2026-11-13 09:50")

    assert len(boards(teams, WEEKLY)) == 1


@pytest.mark.parametrize("place", [None], indirect=True)
async def test_the_preview_of_a_file_says_that_okra_is_not_in_its_channel_yet(okra: Running, teams: TeamsFake) -> None:
    file = moved_to(read_file(TEEBEE), m.Platform.TEAMS, PEOPLE, {"GRO": WEEKLY})

    def notes() -> list[str]:
        return [note.sentence for note in okra.house.db.read_now(preview, file).notes]

    assert any("Okra is not in Growth's channel in Microsoft Teams yet: add" in note for note in notes())
    await teams.adds_to(WEEKLY)
    assert not any("Okra is not in" in note for note in notes())


# --- choosing a channel ---------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [None], indirect=True)
async def test_the_lead_says_settings_in_the_very_channel(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(GENERAL)
    await teams.mentions("settings", BOARD)
    await okra.settled()

    form = teams.messages(chat(MEI))[-1]
    assert any(title.startswith("here") for title in choices(form, "place"))
    await teams.presses(form, button(form, "Save"))
    await okra.settled()

    assert channel_of(okra) == BOARD
    await okra.at("2026-11-13 09:50")
    assert len(boards(teams, BOARD)) == 1


async def test_the_lead_chooses_by_name_or_is_told_how_to_let_okra_in(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(WEEKLY)
    await teams.adds_to(GENERAL)
    await teams.says("settings team")
    await okra.settled()
    form = teams.messages(chat(MEI))[-1]
    link = f"https://teams.microsoft.com/l/channel/19%3asales%40thread.tacv2/General?groupId=g&tenantId={TENANT}"

    await teams.presses(form, button(form, "Save"), {name_of(form, "channel"): link})
    await okra.settled()
    form = teams.messages(chat(MEI))[-1]
    assert "Add the app Okra to its team or chat" in str(form.card)
    assert channel_of(okra) == WEEKLY

    growth = next(value for title, value in choices(form, "place").items() if title.startswith("Growth"))
    await teams.presses(form, button(form, "Save"), {name_of(form, "channel"): "", name_of(form, "place"): growth})
    await okra.settled()

    assert channel_of(okra) == GENERAL


# --- what cannot be reached -----------------------------------------------------------------------------


@pytest.mark.parametrize("place", [BOARD], indirect=True)
async def test_a_refused_board_goes_out_once_okra_is_back_and_the_lead_hears_once(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.adds_to(GENERAL)
    await teams.mentions("board", BOARD)
    await teams.renames_channel(BOARD, "Board")
    await okra.at("2026-11-12 10:00")
    before = len(boards(teams, BOARD))
    await teams.removes_from(GENERAL)
    await okra.at("2026-11-13 09:50")
    await okra.at("2026-11-13 09:51")
    told = [text for text in teams.texts(chat(MEI)) if "Add the app Okra to its team or chat" in text]
    assert len(told) == 1
    assert "I am not in Growth › Board, so the board of Growth was not shown." in told[0], "as the forms call it"
    assert "/invite" not in "".join(teams.texts(chat(MEI)))

    await teams.adds_to(GENERAL)
    await teams.again()
    await okra.at("2026-11-13 09:55")

    assert len(boards(teams, BOARD)) == before + 1
    assert len([text for text in teams.texts(chat(MEI)) if "Add the app Okra" in text]) == 1


@pytest.mark.parametrize("place", [BOARD], indirect=True)
async def test_of_a_deleted_channel_the_lead_hears_once_to_choose_another(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(GENERAL)
    await teams.mentions("help", BOARD)
    await okra.at("2026-11-12 10:00")
    await teams.deletes_channel(BOARD)

    await okra.at("2026-11-13 09:50")
    await okra.at("2026-11-13 09:55")

    told = [text for text in teams.texts(chat(MEI)) if "The channel of Growth is gone" in text]
    assert len(told) == 1
    assert "okr settings team GRO" in told[0]


async def test_of_an_owner_who_took_okra_away_the_lead_hears_once(okra: Running, teams: TeamsFake) -> None:
    await teams.uninstalls(JACK)
    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-12 12:00")

    told = [text for text in teams.texts(chat(MEI)) if "I cannot write to Jack" in text]
    assert len(told) == 1
    assert "Please ask them to add the app Okra" in told[0]


# --- a person's own ways --------------------------------------------------------------------------------


async def test_language_and_time_zone_are_changed_by_a_word(okra: Running, teams: TeamsFake) -> None:
    await teams.says("timezone Asia/Shanghai")
    await okra.settled()
    assert "Asia/Shanghai" in teams.texts(chat(MEI))[-1]

    await teams.says("language 中文")
    await okra.settled()
    assert "中文" in teams.texts(chat(MEI))[-1]

    await teams.says("hello")
    await okra.settled()

    def read(session: Session) -> tuple[str | None, m.Language]:
        mei = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
        return mei.timezone, mei.lang

    assert okra.house.db.read_now(read) == ("Asia/Shanghai", m.Language.ZH)


async def test_ones_own_settings_open_as_a_form(okra: Running, teams: TeamsFake) -> None:
    await teams.says("my settings")
    await okra.settled()
    form = teams.messages(chat(MEI))[-1]

    await teams.presses(form, button(form, "Save"), {name_of(form, "timezone"): "Europe/Lisbon"})
    await okra.settled()

    assert "Europe/Lisbon" in teams.texts(chat(MEI))[-1]
