"""What people type, edit, delete, mention and pick in Slack, through the whole of Okra."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlmodel import Session, select

from storage import models as m
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started, typed

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK"}
FILES = (
    "I can't read chart.png, so nothing was recorded. OKRs I read from md, txt, csv, xlsx, yaml and json files; "
    "an answer is a line, for example: KR2 31%"
)


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan")
    fake.add_person("U2JACK", "Jack Moreno")
    fake.add_person("U9NEW", "Somebody New")
    async with started(fake, ("U1MEI", "U2JACK", "U9NEW")):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


def counting(okra: Running, key_result: str) -> list[str]:
    """The values that were told and not taken back."""
    return [
        format(row.value, "f") for row in okra.said_of(key_result) if row.value is not None and row.undone_at is None
    ]


def initial(view: Mapping[str, object]) -> str:
    """What stands in the first field of a form."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    first = next(block for block in blocks if block["type"] == "input")
    return str(first["element"].get("initial_value", ""))


# --- edited, deleted, files -----------------------------------------------------------------------------


async def test_an_edited_reply_is_a_correction_and_both_answers_say_so(okra: Running, slack: SlackFake) -> None:
    await slack.message("KR1 46k, 0.7")
    await okra.settled()
    (said,) = slack.said("U1MEI")
    await slack.edit_message("U1MEI", said.ts, "KR1 47k, 0.7")
    await okra.settled()
    await okra.settled()

    assert counting(okra, "GRO-1") == ["47000"]
    first, second = slack.texts("D1MEI")
    assert "You edited this message" in first
    assert "$44k → $47k" in second


async def test_a_preview_of_a_link_and_a_deletion_change_nothing(okra: Running, slack: SlackFake) -> None:
    await slack.message("KR1 46k, 0.7 see https://example.com")
    await okra.settled()
    (said,) = slack.said("U1MEI")
    await slack.unfurl_message("U1MEI", said.ts)
    await slack.delete_message("U1MEI", said.ts)
    await okra.settled()

    assert counting(okra, "GRO-1") == ["46000"]
    assert len(slack.texts("D1MEI")) == 1


async def test_our_own_answer_that_is_updated_in_place_is_no_edit_of_anybody(okra: Running, slack: SlackFake) -> None:
    await slack.message("KR1 46k, 0.7")
    await okra.settled()
    (ours,) = slack.messages["D1MEI"]
    inner = {"type": "message", "bot_id": "B0OKRA", "user": "U0OKRA", "text": "KR1 99k", "ts": ours.ts}
    event = {"type": "message", "subtype": "message_changed", "channel": "D1MEI", "channel_type": "im", "ts": "9.9"}
    edited = {"user": "U0OKRA", "ts": "9.000000"}
    await slack.event({**event, "message": {**inner, "edited": edited}, "previous_message": inner})
    await okra.settled()

    assert counting(okra, "GRO-1") == ["46000"]


async def test_a_file_alone_is_told_what_is_read_and_a_caption_is_read(okra: Running, slack: SlackFake) -> None:
    await slack.share_file("chart.png")
    await okra.settled()
    assert slack.texts("D1MEI") == [FILES]

    await slack.share_file("chart.png", text="KR1 46k, 0.7")
    await okra.settled()
    assert counting(okra, "GRO-1") == ["46000"]


@pytest.mark.parametrize("text", ["🎉", "\u200b", "\u202eKR1 9\u202c", "\x00", "שלום", "x" * 12_000])
async def test_odd_words_get_one_answer_and_lose_nothing(okra: Running, slack: SlackFake, text: str) -> None:
    typed_in_dm = await slack.message(text)
    command = await slack.command(text[:3_500])
    await okra.settled()

    assert (typed_in_dm.status, command.status) == (200, 200)
    assert counting(okra, "GRO-1") in ([], ["9"])


async def test_3000_signs_behind_the_command_get_one_sentence(okra: Running, slack: SlackFake) -> None:
    answer = await slack.command("KR1 46k " + "very " * 600)
    assert "longer than 2,000 characters, so I did not read it" in answer.body["text"]
    assert counting(okra, "GRO-1") == []


# --- mentions -------------------------------------------------------------------------------------------


async def test_in_a_thread_a_mention_does_what_the_command_does(okra: Running, slack: SlackFake) -> None:
    await slack.mention("board", thread_ts="5.000001")
    await slack.mention("", thread_ts="5.000001")
    await okra.settled()

    assert [(one["user"], one["thread_ts"]) for one in slack.ephemeral] == [("U1MEI", "5.000001")] * 2
    assert "Growth" in slack.ephemeral[0]["text"]
    assert "Enterprise MRR" in slack.ephemeral[1]["text"]

    await slack.mention("KR1 46k, 0.7", thread_ts="5.000001")
    await okra.settled()
    assert counting(okra, "GRO-1") == ["46000"]
    assert slack.ephemeral[-1]["text"] == "My answer is in our direct messages."
    assert "$44k → $46k" in slack.texts("D1MEI")[-1]


async def test_a_mention_by_the_way_is_left_alone(okra: Running, slack: SlackFake) -> None:
    text = "thanks <@U0OKRA> for the board!"
    ts = "6.000001"
    await slack.event({"type": "app_mention", "channel": "C1SALES", "user": "U1MEI", "ts": ts, "text": text})
    await okra.settled()

    assert slack.ephemeral == []
    assert slack.texts("C1SALES") == []


async def test_an_edited_mention_corrects(okra: Running, slack: SlackFake) -> None:
    now = okra.clock.now().timestamp()
    event = {"type": "app_mention", "channel": "C1SALES", "user": "U1MEI", "ts": f"{now:.6f}"}
    said = await slack.event({**event, "text": "<@U0OKRA> KR1 46k, 0.7"})
    edited = {"user": "U1MEI", "ts": f"{now:.6f}"}
    corrected = await slack.event({**event, "text": "<@U0OKRA> KR1 47k, 0.7", "edited": edited})
    await okra.settled()

    assert (said.status, corrected.status) == (200, 200)
    assert counting(okra, "GRO-1") == ["47000"]


# --- picked ---------------------------------------------------------------------------------------------


async def test_a_message_of_anybody_becomes_a_next_step(okra: Running, slack: SlackFake) -> None:
    message = slack.put("C1SALES", "<@U1MEI> please *call* <https://example.com|Acme> &amp; Co", user="U9NEW")
    await slack.shortcut("next_step", message.ts, user="U1MEI")
    (view,) = slack.views
    assert initial(view) == "Mei please call Acme & Co"

    await slack.submit(view, typed(text="call Acme & Co"), user="U1MEI")
    await okra.settled()

    def steps(session: Session) -> list[str]:
        return [one.text for one in session.exec(select(m.NextStep)) if one.state is m.NextStepState.OPEN]

    assert "call Acme & Co" in okra.house.db.read_now(steps)


async def test_a_message_becomes_a_win_and_one_without_words_an_empty_form(okra: Running, slack: SlackFake) -> None:
    message = slack.put("C1SALES", "Acme renewed early :tada:", user="U2JACK")
    empty = slack.put("C1SALES", "", user="U2JACK")
    await slack.shortcut("win", message.ts, user="U1MEI")
    await slack.shortcut("win", empty.ts, user="U1MEI")

    assert [initial(view) for view in slack.views] == ["Acme renewed early", ""]


async def test_somebody_in_two_teams_is_asked_which_and_the_words_are_kept(okra: Running, slack: SlackFake) -> None:
    message = slack.put("C1SALES", "Acme renewed early", user="U1MEI")
    await slack.shortcut("win", message.ts, user="U2JACK")
    await okra.settled()
    (asked,) = slack.responses
    buttons = [element for block in asked["blocks"] for element in block.get("elements", ()) if "action_id" in element]
    (support,) = [one for one in buttons if one["text"]["text"] == "SUP"]
    await slack.press(support, user="U2JACK", channel="C1SALES", ephemeral=True)

    (view,) = slack.views
    assert "Support" in json.dumps(view["blocks"][0])
    assert initial(view) == "Acme renewed early"


async def test_a_stranger_picks_in_vain_and_an_unknown_entry_is_acknowledged(okra: Running, slack: SlackFake) -> None:
    message = slack.put("C1SALES", "Acme renewed early", user="U2JACK")
    await slack.shortcut("win", message.ts, user="U9NEW")
    answer = await slack.shortcut("something", message.ts, user="U2JACK")
    await okra.settled()

    assert slack.views == []
    assert answer.status == 200
    (told,) = slack.responses
    assert told["response_type"] == "ephemeral"
    assert "I don't know you yet" in json.dumps(told)


async def test_a_form_that_opens_too_late_is_told(okra: Running, slack: SlackFake) -> None:
    slack.trigger_lifetime = 0.0
    message = slack.put("C1SALES", "Acme renewed early", user="U2JACK")
    await slack.shortcut("win", message.ts, user="U1MEI")
    await okra.settled()

    (told,) = slack.responses
    assert told["response_type"] == "ephemeral"
    assert "form" in told["text"]
