"""People and channels on Slack, lived on the whole app: joining, leaving, moving, being let in, going on vacation."""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.okr.localtime import instant
from storage import models as m
from tests.fakes.slack import TEAM, SlackFake
from tests.scenarios.running import MADRID, Running
from tests.scenarios.slack_world import behind, slack_time, started
from tests.storage.databases import held, url_of

pytestmark = pytest.mark.sqlite_is_enough  # about Slack's people; tests/delivery/test_directory asks the same of both

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK", "bea": "U3BEA"}
PALM = {"status_text": "Vacationing", "status_emoji": ":palm_tree:"}


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan", tz="Europe/Madrid")
    fake.add_person("U2JACK", "Jack Moreno", tz="Europe/Madrid")
    fake.add_person("U3BEA", "Bea Vidal", tz="Europe/Madrid")
    fake.add_person("U8KIM", "Kim Sun", tz="Asia/Seoul", locale="zh-CN")
    fake.add_person("U9GUEST", "Gus Guest", is_restricted=True)
    async with started(fake, ("U1MEI", "U2JACK")):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        await one.house.directory.look()
        yield one


def person(okra: Running, handle: str) -> m.Person:
    return okra.house.db.read_now(lambda session: session.exec(select(m.Person).where(m.Person.handle == handle)).one())


def allows_questions(okra: Running, handle: str) -> None:
    """Somebody ticked it in their settings."""

    def work(session: Session) -> None:
        row = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
        row.away_from_status = True
        session.add(row)

    okra.house.db.write_now(work)


def days_away(okra: Running, handle: str) -> list[tuple[date, date]]:
    def look(session: Session) -> list[tuple[date, date]]:
        who = session.exec(select(m.Person.id).where(m.Person.handle == handle)).one()
        rows = session.exec(select(m.Away).where(m.Away.person_id == who).order_by(col(m.Away.first_day)))
        return [(row.first_day, row.last_day) for row in rows]

    return okra.house.db.read_now(look)


def until(moment: str) -> int:
    """A status that goes away then, in Madrid."""
    wall = datetime.fromisoformat(moment)
    return int(instant(wall.date(), wall.time(), MADRID).timestamp())


def asked(slack: SlackFake, channel: str = "D1MEI") -> list[Any]:
    return [message for message in slack.messages.get(channel, []) if "Away until" in message.text]


def button(message: Any, label: str) -> dict[str, Any]:
    for block in message.blocks:
        for element in block.get("elements", ()):
            if element.get("text", {}).get("text") == label:
                return {**element, "type": "button"}
    raise AssertionError(f"{label} is not offered: {json.dumps(message.blocks)}")


async def vacation(slack: SlackFake, okra: Running, ends: int, user: str = "U1MEI", **more: Any) -> None:
    await slack.change_person(user, profile={**PALM, "status_expiration": ends, **more})
    await okra.settled()


# --- people -----------------------------------------------------------------------------------------------


async def test_everybody_who_works_there_can_read_and_nobody_is_written_to_unasked(
    okra: Running, slack: SlackFake
) -> None:
    await okra.at("2026-11-12 12:00")
    answer = await slack.command("board gro", user="U8KIM")

    assert "Enterprise MRR" in json.dumps(answer.body, ensure_ascii=False)
    assert slack.texts("D8KIM") == []
    assert person(okra, "kim").lang is m.Language.ZH


async def test_a_guest_is_told_in_one_sentence(okra: Running, slack: SlackFake) -> None:
    answer = await slack.command("", user="U9GUEST")

    assert "I don't know you yet. Ask whoever runs Okra to add you" in json.dumps(answer.body)


async def test_who_joins_is_known_at_once(okra: Running, slack: SlackFake) -> None:
    slack.add_person("U7NEW", "Nora New")
    await slack.event({"type": "team_join", "user": slack.people["U7NEW"]})

    answer = await slack.command("board gro", user="U7NEW")

    assert "Enterprise MRR" in json.dumps(answer.body, ensure_ascii=False)


async def test_a_zone_from_slack_moves_the_question(okra: Running, slack: SlackFake) -> None:
    await slack.change_person("U2JACK", tz="Europe/Athens")

    await okra.at("2026-11-12 09:01")

    assert any("Weekly check-in" in text for text in slack.texts("D2JACK"))
    assert slack.texts("D1MEI") == []


async def test_who_has_left_is_not_asked_and_the_lead_hears_it_once(okra: Running, slack: SlackFake) -> None:
    await slack.change_person("U2JACK", deleted=True)
    await slack.change_person("U2JACK", deleted=True)

    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-12 16:00")

    assert slack.texts("D2JACK") == []
    assert sum("I cannot write to Jack" in text for text in slack.texts("D1MEI")) == 1


async def test_news_that_could_not_be_written_down_are_sent_again(okra: Running, slack: SlackFake) -> None:
    slack.add_person("U7NEW", "Nora New")
    with held(url_of(okra.house.db)):
        answer = await slack.event({"type": "team_join", "user": slack.people["U7NEW"]})
        assert answer.status == 500

    (again,) = await slack.retry()

    assert again.status == 200
    assert person(okra, "nora").display_name == "Nora New"


async def test_where_okra_is_removed_nothing_is_sent_any_more(okra: Running, slack: SlackFake) -> None:
    await slack.uninstall()
    slack.calls.clear()

    await okra.at("2026-11-12 10:00")
    await okra.house.directory.look()

    assert slack.called("chat.postMessage") == []


# --- channels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence", "back"),
    [
        (
            {"is_member": False},
            "I am not in #sales, so the board of Growth was not shown. Type /invite @Okra there",
            {"type": "member_joined_channel", "user": "U0OKRA", "channel": "C1SALES", "channel_type": "C"},
        ),
        (
            {"is_member": False, "is_private": True},
            "I cannot find the channel of Growth",
            {"type": "member_joined_channel", "user": "U0OKRA", "channel": "C1SALES", "channel_type": "G"},
        ),
        (
            {"is_archived": True},
            "The channel of Growth is archived, so its board was not shown. Unarchive it",
            {"type": "channel_unarchive", "user": "U1MEI", "channel": "C1SALES"},
        ),
        (
            {"is_ext_shared": True},
            "Another company reads the channel of Growth, so I did not post its board there.",
            {"type": "channel_unshared", "channel": "C1SALES", "is_ext_shared": False},
        ),
    ],
)
async def test_a_refused_board_goes_out_once_its_channel_is_open_again(
    okra: Running, slack: SlackFake, change: dict[str, bool], sentence: str, back: dict[str, Any]
) -> None:
    await okra.at("2026-11-12 10:00")
    before = {name: getattr(slack.channels["C1SALES"], name) for name in change}
    _set(slack, change)
    await okra.at("2026-11-13 09:50")
    await okra.at("2026-11-13 09:51")
    assert slack.texts("C1SALES") == []
    assert sum(sentence in text for text in slack.texts("D1MEI")) == 1

    _set(slack, before)
    await slack.event(back)
    await slack.event(back)
    await okra.at("2026-11-13 09:55")

    assert sum("Growth · OKR board" in text for text in slack.texts("C1SALES")) == 1
    assert sum(sentence in text for text in slack.texts("D1MEI")) == 1


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ({"is_member": False, "is_private": True}, {"type": "member_joined_channel", "user": "U0OKRA"}),
        ({"is_ext_shared": True}, {"type": "channel_unshared", "is_ext_shared": False}),
    ],
)
async def test_a_board_that_stands_catches_up_once_its_channel_is_open_again(
    okra: Running, slack: SlackFake, change: dict[str, bool], back: dict[str, Any]
) -> None:
    await okra.at("2026-11-13 09:50")
    (board,) = slack.messages["C1SALES"]
    before = {name: getattr(slack.channels["C1SALES"], name) for name in change}
    _set(slack, change)
    await slack.event({"type": "channel_shared", "channel": "C1SALES"})
    await slack.message("KR5 52", user="U1MEI")
    await okra.at("2026-11-13 09:52")
    assert "52 / 80" not in board.text

    _set(slack, before)
    await slack.event({**back, "channel": "C1SALES"})
    await okra.at("2026-11-13 09:54")

    assert "52 / 80" in board.text
    assert len(slack.messages["C1SALES"]) == 1


async def test_a_board_whose_meeting_has_begun_does_not_come_after_all(okra: Running, slack: SlackFake) -> None:
    await okra.at("2026-11-12 10:00")
    _set(slack, {"is_member": False})
    await okra.at("2026-11-13 09:50")
    await okra.at("2026-11-13 10:01")

    _set(slack, {"is_member": True})
    await slack.event({"type": "member_joined_channel", "user": "U0OKRA", "channel": "C1SALES"})
    await okra.at("2026-11-13 10:02")

    assert not any("Growth · OKR board" in text for text in slack.texts("C1SALES"))


async def test_a_lead_allows_a_shared_channel_and_the_board_goes_out(okra: Running, slack: SlackFake) -> None:
    await okra.at("2026-11-12 10:00")
    _set(slack, {"is_ext_shared": True})
    await okra.at("2026-11-13 09:50")
    assert slack.texts("C1SALES") == []

    await slack.command("settings team gro")
    view = slack.views[-1]
    tick = {"type": "checkboxes", "selected_options": [{"value": "allowed"}]}
    answer = await slack.submit(view, {"shared": {"value": tick}})
    await okra.settled()

    assert answer.status == 200
    assert sum("Growth · OKR board" in text for text in slack.texts("C1SALES")) == 1


async def test_a_lead_chooses_another_channel_by_its_link(okra: Running, slack: SlackFake) -> None:
    slack.add_channel("C2GROWTH", "U1MEI")
    await okra.at("2026-11-12 10:00")
    _set(slack, {"is_archived": True})
    await okra.at("2026-11-13 09:50")

    await slack.command("settings team gro")
    view = slack.views[-1]
    refused = await slack.submit(view, {"channel": _typed("#growth")})
    assert "I cannot read that channel" in refused.text
    link = "https://pretend.slack.example/archives/C2GROWTH"
    await slack.submit(slack.views[-1], {"channel": _typed(link)})
    await okra.settled()

    assert sum("Growth · OKR board" in text for text in slack.texts("C2GROWTH")) == 1


async def test_a_channel_that_gets_another_id_keeps_its_board(okra: Running, slack: SlackFake) -> None:
    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-13 09:50")
    board = slack.messages["C1SALES"][-1]
    workspace = slack.workspaces[TEAM]
    workspace.channels["C2SALES"] = workspace.channels.pop("C1SALES")
    workspace.channels["C2SALES"].id = "C2SALES"
    workspace.history["C2SALES"] = workspace.history.pop("C1SALES")

    await slack.event({"type": "channel_id_changed", "old_channel_id": "C1SALES", "new_channel_id": "C2SALES"})
    await slack.message("KR1 46k")
    await okra.at("2026-11-13 09:55")

    assert board.edits >= 1
    assert "$46k" in slack.texts("C2SALES")[-1]


# --- vacation ---------------------------------------------------------------------------------------------


async def test_nobody_is_asked_who_did_not_allow_it(okra: Running, slack: SlackFake) -> None:
    await vacation(slack, okra, until("2026-11-20 23:59"))

    assert asked(slack) == []


async def test_a_yes_notes_the_days_and_the_question_says_so(okra: Running, slack: SlackFake) -> None:
    allows_questions(okra, "mei")
    await vacation(slack, okra, until("2026-11-20 23:59"))
    await vacation(slack, okra, until("2026-11-20 23:59"))
    (question,) = asked(slack)
    assert "Away until Fri 20 Nov?" in question.text

    await slack.press(button(question, "Yes"), message_ts=question.ts)
    await okra.settled()

    assert days_away(okra, "mei") == [(date(2026, 11, 12), date(2026, 11, 20))]
    assert "I ask nothing from 12 Nov to 20 Nov" in question.text
    await okra.at("2026-11-12 10:00")
    assert not any("Weekly check-in" in text for text in slack.texts("D1MEI"))


async def test_a_no_notes_nothing_and_is_not_asked_again(okra: Running, slack: SlackFake) -> None:
    allows_questions(okra, "mei")
    await vacation(slack, okra, until("2026-11-20 09:00"))
    (question,) = asked(slack)
    assert "Away until Thu 19 Nov?" in question.text

    await slack.press(button(question, "No"), message_ts=question.ts)
    await okra.settled()
    await vacation(slack, okra, 0, status_text="", status_emoji="")
    await vacation(slack, okra, until("2026-11-20 09:00"))

    assert days_away(okra, "mei") == []
    assert asked(slack) == []
    assert "Noted nothing: I go on asking as ever." in slack.texts("D1MEI")[-1]


async def test_a_second_press_and_somebody_elses_change_nothing(okra: Running, slack: SlackFake) -> None:
    allows_questions(okra, "mei")
    await vacation(slack, okra, until("2026-11-20 23:59"))
    (question,) = asked(slack)
    yes, no = button(question, "Yes"), button(question, "No")

    await slack.press(yes, user="U2JACK", channel="D2JACK", message_ts=question.ts)
    await slack.press(no, message_ts=question.ts)
    await slack.press(yes, message_ts=question.ts)
    await okra.settled()

    assert days_away(okra, "mei") == []
    assert days_away(okra, "jack") == []


async def test_a_status_that_is_gone_answers_its_question(okra: Running, slack: SlackFake) -> None:
    allows_questions(okra, "mei")
    await vacation(slack, okra, until("2026-11-20 23:59"))
    (question,) = asked(slack)

    await vacation(slack, okra, 0, status_text="Lunch", status_emoji=":pizza:")
    assert "Your status says something else by now" in question.text
    assert days_away(okra, "mei") == []

    await vacation(slack, okra, until("2026-11-20 23:59"))
    assert "Away until Fri 20 Nov?" in question.text
    assert len(slack.messages["D1MEI"]) == 1


async def test_a_status_set_at_night_is_asked_about_in_the_morning_if_it_still_holds(
    okra: Running, slack: SlackFake
) -> None:
    allows_questions(okra, "mei")
    await okra.at("2026-11-15 22:00")
    before = len(slack.texts("D1MEI"))
    await vacation(slack, okra, until("2026-11-20 23:59"))
    assert len(slack.texts("D1MEI")) == before

    await vacation(slack, okra, 0, status_text="", status_emoji="")
    await okra.at("2026-11-16 10:00")

    assert asked(slack) == []


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        (0, {}),
        (until("2026-11-12 18:00"), {}),
        (until("2026-11-20 23:59"), {"status_text": "In a meeting", "status_emoji": ":calendar:"}),
        (until("2026-11-20 23:59"), {"status_text": "Back from vacation"}),
    ],
)
async def test_what_tells_of_no_absence_is_not_asked_about(
    okra: Running, slack: SlackFake, ends: int, status: dict[str, str]
) -> None:
    allows_questions(okra, "mei")

    await vacation(slack, okra, ends, **status)

    assert asked(slack) == []


async def test_who_is_noted_as_away_is_not_asked(okra: Running, slack: SlackFake) -> None:
    allows_questions(okra, "mei")
    await slack.command("away 12-16 nov")

    await vacation(slack, okra, until("2026-11-20 23:59"))

    assert asked(slack) == []


async def test_the_question_is_allowed_in_ones_own_settings(okra: Running, slack: SlackFake) -> None:
    await slack.command("settings")
    tick = {"type": "checkboxes", "selected_options": [{"value": "ask"}]}

    answer = await slack.submit(slack.views[-1], {"away_from_status": {"value": tick}})
    await okra.settled()

    assert answer.status == 200
    assert person(okra, "mei").away_from_status
    assert "question about my status: off → on" in slack.texts("D1MEI")[-1]


def _set(slack: SlackFake, values: dict[str, bool]) -> None:
    for name, value in values.items():
        setattr(slack.channels["C1SALES"], name, value)


def _typed(text: str) -> dict[str, Any]:
    return {"value": {"type": "plain_text_input", "value": text}}
