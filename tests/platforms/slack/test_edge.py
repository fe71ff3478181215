"""What people do in Slack reaches `accept` once, and what it answers reaches them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.cards.model import Form, Option, TextField
from bot.clock import MovableClock
from bot.delivery.news import News
from bot.intake.inbound import (
    Command,
    FormErrors,
    Nothing,
    OpenForm,
    Place,
    Pressed,
    Say,
    Submitted,
    Typed,
    Update,
)
from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.grants import Grant, OneGrant
from bot.platforms.slack.words import words
from tests.fakes.http import Broken, Refused, Slow, TooMany
from tests.fakes.slack import BOT_ID, TEAM, TOKEN, SlackFake
from tests.fakes.slack.wire import Mode
from tests.platforms.slack.conftest import NOW, Accepting, card

pytestmark = pytest.mark.usefixtures("platform")

NOT_SAVED = "I could not save that just now. Nothing was recorded; please try again."
FORM = Form("update", "token-1", "Update", "Send", "Cancel", (TextField("KR1", "Enterprise MRR"),))
BUTTON = {"type": "button", "action_id": "same#1", "value": "prompt-7"}


@pytest.fixture(params=["http", "socket"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Everything here is the same over HTTP and over Socket Mode."""
    mode: Mode = request.param
    return mode


async def settled(platform: SlackPlatform) -> None:
    """Let the answers that follow an acknowledgement arrive."""
    await platform._after.drain(2)


# --- commands -------------------------------------------------------------------------------------


async def test_a_command_is_answered_in_its_acknowledgement_to_the_asker_alone(
    slack: SlackFake, accept: Accepting
) -> None:
    accept.result = Say(card("Your KRs"))
    answer = await slack.command(" board me ")
    assert answer.status == 200
    assert answer.body["response_type"] == "ephemeral"
    assert answer.body["text"] == "Your KRs"
    assert answer.body["blocks"]
    (heard,) = accept.heard
    assert heard.what == Command("board me")
    assert (heard.platform, heard.installation, heard.person) == ("slack", TEAM, "U1MEI")
    assert (heard.place, heard.channel, heard.at) == (Place.CHANNEL, "C1SALES", NOW)
    assert heard.trigger is not None
    assert slack.calls == []


async def test_a_command_answered_for_all_is_shown_in_the_channel(slack: SlackFake, accept: Accepting) -> None:
    accept.result = Say(card("Digest"), private=False)
    assert (await slack.command("digest now")).body["response_type"] == "in_channel"


async def test_a_command_in_the_dm_comes_from_the_dm(slack: SlackFake, accept: Accepting) -> None:
    await slack.command("", channel="D1MEI")
    assert accept.heard[0].place is Place.DM
    assert accept.heard[0].what == Command("")


async def test_a_command_that_cannot_be_stored_is_told_at_once_and_the_log_does_not_repeat_it(
    slack: SlackFake, accept: Accepting, caplog: pytest.LogCaptureFixture
) -> None:
    accept.error = RuntimeError("disk full at 'update 45k'")
    answer = await slack.command("update 45k")
    assert (answer.status, answer.body) == (200, {"text": NOT_SAVED, "response_type": "ephemeral"})
    assert "A Command was not stored: RuntimeError" in caplog.text
    assert "45k" not in caplog.text


async def test_an_answer_that_takes_too_long_for_the_acknowledgement_comes_by_response_url(
    slack: SlackFake, platform: SlackPlatform, monkeypatch: pytest.MonkeyPatch, accept: Accepting
) -> None:
    monkeypatch.setattr("bot.platforms.slack.app.ACK_SECONDS", -1.0)
    accept.result = Say(card("Here it is"))
    assert (await slack.command("board")).text == ""
    await settled(platform)
    assert [answer["text"] for answer in slack.responses] == ["Here it is"]


async def test_a_command_that_is_stored_is_acknowledged_before_its_answer_is_ready(
    slack: SlackFake, platform: SlackPlatform, monkeypatch: pytest.MonkeyPatch, accept: Accepting
) -> None:
    monkeypatch.setattr("bot.platforms.slack.app.PATIENCE_SECONDS", 0.01)
    accept.thinking = asyncio.Event()
    accept.result = Say(card("Here it is"))
    answer = await slack.command("board")
    assert (answer.status, answer.text, len(accept.recorded)) == (200, "", 1)
    assert slack.responses == []
    accept.thinking.set()
    await settled(platform)
    assert [(said["text"], said["response_type"]) for said in slack.responses] == [("Here it is", "ephemeral")]


async def test_nothing_is_acknowledged_before_it_is_stored_however_long_that_takes(
    slack: SlackFake, monkeypatch: pytest.MonkeyPatch, accept: Accepting
) -> None:
    monkeypatch.setattr("bot.platforms.slack.app.PATIENCE_SECONDS", 0.01)
    accept.meeting = asyncio.Barrier(3)
    accept.thinking = asyncio.Event()
    async with asyncio.TaskGroup() as people:
        said = [people.create_task(slack.command("board")), people.create_task(slack.press(BUTTON))]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await asyncio.shield(asyncio.wait(said, return_when=asyncio.FIRST_COMPLETED))
        assert accept.recorded == {}
        await accept.meeting.wait()
    assert [task.result().status for task in said] == [200, 200]
    accept.thinking.set()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_edge_never_blames(lang: str) -> None:
    said = words("zh" if lang == "zh" else "en")
    text = " ".join([said.not_saved, said.form_not_opened, said.form_needs_a_press]).lower()
    assert not any(word in text for word in ("late", "failed", "missing", "overdue", "forgot"))


# --- messages -------------------------------------------------------------------------------------


async def test_a_typed_reply_is_heard_before_it_is_acknowledged(slack: SlackFake, accept: Accepting) -> None:
    answer = await slack.message("KR2 31%, waiting on legal", thread_ts="1.000001")
    assert (answer.status, answer.text) == (200, "")
    (heard,) = accept.heard
    assert heard.what == Typed("KR2 31%, waiting on legal", reply_to="1.000001", message_id=slack.said("U1MEI")[-1].ts)
    assert (heard.place, heard.channel, heard.person) == (Place.DM, "D1MEI", "U1MEI")


async def test_an_answer_to_a_message_is_posted_under_it(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    accept.result = Say(card("Saved KR1 45k"))
    await slack.message("45k", thread_ts="1.000001")
    await settled(platform)
    (posted,) = slack.messages["D1MEI"]
    assert (posted.text, posted.thread_ts) == ("Saved KR1 45k", "1.000001")


async def test_an_answer_waits_for_a_short_rate_limit_and_is_never_repeated_otherwise(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    accept.result = Say(card("Saved"))
    slack.play("chat.postMessage", TooMany(0), Slow(0), Broken(503), TooMany(120))
    for _ in range(3):
        await slack.message("45k")
        await settled(platform)
    assert slack.texts("D1MEI") == ["Saved"]
    assert len(slack.called("chat.postMessage")) == 4


async def test_a_message_was_said_when_it_was_written_not_when_it_was_delivered(
    slack: SlackFake, accept: Accepting
) -> None:
    hour_ago = NOW.timestamp() - 3600
    await slack.message("45k", ts=f"{hour_ago:.6f}")
    await slack.message("46k", ts=f"{NOW.timestamp() + 3600:.6f}")
    assert [(NOW - heard.at).total_seconds() for heard in accept.heard] == [3600, 0]


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_changed", "user": None},
        {"subtype": "message_deleted", "user": None},
        {"subtype": "channel_join"},
        {"bot_id": BOT_ID, "user": "U0OKRA"},
        {"bot_id": "B9OTHER"},
        {"channel_type": "channel"},
        {"text": "   "},
        {"hidden": True},
        {"user": "USLACKBOT"},
    ],
)
async def test_what_no_person_said_to_us_is_acknowledged_and_goes_no_further(
    slack: SlackFake, accept: Accepting, event: dict[str, Any]
) -> None:
    what = {"text": "45k", **event}
    what["user"] = what.get("user") or "U1MEI"
    assert (await slack.message(**what)).status == 200
    assert accept.heard == []


async def test_a_second_delivery_of_the_same_event_changes_nothing(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    accept.result = Say(card("Saved"))
    first = await slack.message("45k", event_id="Ev77")
    second = await slack.message("45k", event_id="Ev77")
    await settled(platform)
    assert (first.status, second.status) == (200, 200)
    assert list(accept.recorded) == ["event:Ev77"]
    assert slack.texts("D1MEI") == ["Saved"]


async def test_an_event_that_cannot_be_stored_is_not_acknowledged_so_slack_sends_it_again(
    slack: SlackFake, accept: Accepting
) -> None:
    slack.ack_seconds = 0.5
    accept.error = RuntimeError("disk full")
    assert not (await slack.message("45k", event_id="Ev78")).acknowledged
    accept.error, slack.ack_seconds = None, 3.0
    assert [answer.acknowledged for answer in await slack.retry()] == [True]
    assert list(accept.recorded) == ["event:Ev78"]


async def test_a_mention_in_a_channel_is_a_command_and_its_private_answer_only_for_the_asker(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    accept.result = Say(card("Board"))
    await slack.mention("board <@U2JACK>")
    await settled(platform)
    assert accept.heard[0].what == Command("board <@U2JACK>", slack.said("U1MEI", "C1SALES")[-1].ts)
    assert [(said["user"], said["text"]) for said in slack.ephemeral] == [("U1MEI", "Board")]


async def test_a_private_answer_that_the_channel_cannot_take_goes_to_the_dm(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    slack.add_channel("C2EMPTY")
    accept.result = Say(card("Board"))
    await slack.mention("board", channel="C2EMPTY")
    await settled(platform)
    assert slack.texts("D1MEI") == ["Board"]


async def test_a_form_cannot_open_from_a_message_and_the_person_is_told_how(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    accept.result = OpenForm(FORM)
    await slack.message("update")
    await settled(platform)
    assert slack.texts("D1MEI") == ["A form opens only from a button or from `/okr`; please use one of them."]


async def test_only_where_an_answer_goes_out_a_mention_is_told_where_it_is(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    await slack.mention("board")
    await settled(platform)
    assert slack.ephemeral == []

    accept.result = Nothing(goes_out=True)
    await slack.mention("KR1 45k")
    await settled(platform)
    assert [said["text"] for said in slack.ephemeral] == ["My answer is in our direct messages."]


@pytest.mark.parametrize("way", ["mention", "message", "press", "command"])
async def test_what_a_form_without_a_form_quotes_is_text_and_nothing_more(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform, way: str
) -> None:
    accept.result = FormErrors({"KR1": "I cannot read *a* & <b> as a number."})
    answers: list[Any] = []
    match way:
        case "mention":
            await slack.mention("update")
        case "message":
            await slack.message("update")
        case "press":
            await slack.press(BUTTON)
        case _:
            answers.append((await slack.command("update")).body)
    await settled(platform)

    (answer,) = answers + slack.responses + slack.called("chat.postMessage") + slack.called("chat.postEphemeral")
    assert answer["text"] == "I cannot read *a* &amp; &lt;b&gt; as a number."
    assert answer["mrkdwn"] is False


@pytest.mark.parametrize(
    "kind", ["reaction_added", "function_executed", "workflow_step_execute", "what_comes_next_year"]
)
async def test_an_event_that_is_nothing_to_us_is_acknowledged(slack: SlackFake, accept: Accepting, kind: str) -> None:
    assert (await slack.event({"type": kind, "user": "U1MEI"})).status == 200
    assert accept.heard == []


VIEW = {"type": "modal", "callback_id": "update", "id": "V1", "private_metadata": "t"}
USER = {"id": "U1MEI", "team_id": TEAM}


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_closed", "view": VIEW, "is_cleared": False},
        {"type": "block_suggestion", "view": VIEW, "action_id": "who", "block_id": "b", "value": "me"},
        {"type": "shortcut", "callback_id": "of_another_version", "trigger_id": "7.7", "action_ts": "17.5"},
        {"type": "message_action", "callback_id": "of_another_version", "trigger_id": "7.7", "message_ts": "17.5"},
        {"type": "interactive_message", "callback_id": "old", "actions": [{"name": "a", "type": "button"}]},
        {"type": "dialog_submission", "callback_id": "old", "submission": {}},
        {"type": "dialog_cancellation", "callback_id": "old"},
        {"type": "dialog_suggestion", "callback_id": "old", "name": "a", "value": "b"},
        {"type": "workflow_step_edit", "callback_id": "old", "workflow_step": {}},
        {"type": "block_actions", "actions": [{"type": "button", "block_id": "b"}]},
        {"type": "view_submission", "view": {"type": "modal", "id": "V1"}},
        {"type": "what_comes_next_year"},
        {},
    ],
    ids=lambda payload: payload.get("type", "nothing"),
)
async def test_an_interaction_that_is_nothing_to_us_is_acknowledged(
    slack: SlackFake, accept: Accepting, payload: dict[str, Any]
) -> None:
    answer = await slack.interaction({"team": {"id": TEAM}, "user": USER, "channel": {"id": "D1MEI"}, **payload})
    assert (answer.status, answer.text) == (200, "")
    assert accept.recorded == {}


async def test_another_command_is_acknowledged(slack: SlackFake, accept: Accepting) -> None:
    assert (await slack.command("x", name="/other")).status == 200
    assert accept.heard == []


async def test_that_slack_holds_events_back_stands_in_the_log(
    slack: SlackFake, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1518467820, "api_app_id": "A1"}
    assert (await slack.deliver("events_api", body)).status == 200
    assert "Slack holds events back" in caplog.text


# --- presses --------------------------------------------------------------------------------------


async def test_a_pressed_button_is_heard_with_its_action_value_and_message(slack: SlackFake, accept: Accepting) -> None:
    answer = await slack.press(BUTTON, message_ts="17.000002")
    assert (answer.status, answer.text) == (200, "")
    (heard,) = accept.heard
    assert heard.what == Pressed("same", "prompt-7", "17.000002")
    assert (heard.place, heard.channel) == (Place.DM, "D1MEI")
    assert heard.key.startswith("press:U1MEI:D1MEI:17.000002:")


async def test_a_chosen_menu_entry_is_a_press_of_its_own(slack: SlackFake, accept: Accepting) -> None:
    entry = Option("Skip this week", "skip", "prompt-7")
    chosen = {"value": f"{entry.action} {entry.value}", "text": {"type": "plain_text", "text": entry.label}}
    await slack.press({"type": "overflow", "action_id": "#2", "selected_option": chosen})
    assert accept.heard[0].what == Pressed("skip", "prompt-7", "1.000001")


async def test_a_link_button_is_followed_by_the_client_and_means_nothing_more(
    slack: SlackFake, accept: Accepting
) -> None:
    assert (await slack.press({**BUTTON, "url": "https://example.com"})).status == 200
    assert accept.heard == []


async def test_two_presses_of_one_button_are_two_things(slack: SlackFake, accept: Accepting) -> None:
    await slack.press(BUTTON)
    await slack.press(BUTTON)
    assert len(accept.recorded) == 2


async def test_a_pressed_message_is_replaced_in_place(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    posted = slack.put("U1MEI", "Where will it land?")
    accept.result = Update(card("Saved 0.7"))
    await slack.press(BUTTON, message_ts=posted.ts)
    await settled(platform)
    assert slack.texts("D1MEI") == ["Saved 0.7"]
    assert slack.responses == []


async def test_a_message_only_its_reader_sees_is_replaced_through_its_url(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    slack.put("C1SALES", "private")
    accept.result = Update(card("Done"))
    await slack.press(BUTTON, channel="C1SALES", message_ts=slack.messages["C1SALES"][0].ts, ephemeral=True)
    await settled(platform)
    assert slack.called("chat.update") == []
    assert [(said["text"], said["replace_original"]) for said in slack.responses] == [("Done", True)]


@pytest.mark.parametrize("trouble", [TooMany(120), Broken(503), Refused("cant_update_message")])
async def test_where_the_update_is_refused_the_url_of_the_press_takes_it(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform, trouble: TooMany | Broken | Refused
) -> None:
    posted = slack.put("U1MEI", "Where will it land?")
    slack.play("chat.update", trouble)
    accept.result = Update(card("Saved 0.7"))
    await slack.press(BUTTON, message_ts=posted.ts)
    await settled(platform)
    assert slack.texts("D1MEI") == ["Saved 0.7"]


async def test_a_short_rate_limit_on_the_update_is_waited_for(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    posted = slack.put("U1MEI", "Where will it land?")
    slack.play("chat.update", TooMany(0))
    accept.result = Update(card("Saved 0.7"))
    await slack.press(BUTTON, message_ts=posted.ts)
    await settled(platform)
    assert (slack.texts("D1MEI"), len(slack.called("chat.update"))) == (["Saved 0.7"], 2)


@pytest.mark.parametrize(
    ("channel", "private", "shown"),
    [("D1MEI", True, "in_channel"), ("C1SALES", True, "ephemeral"), ("C1SALES", False, "in_channel")],
)
async def test_an_answer_to_a_press_leaves_the_message_as_it_is(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform, channel: str, private: bool, shown: str
) -> None:
    accept.result = Say(card("Why KR2"), private=private)
    await slack.press(BUTTON, channel=channel)
    await settled(platform)
    (said,) = slack.responses
    assert (said["text"], said["response_type"], said["replace_original"]) == ("Why KR2", shown, False)


async def test_a_press_that_is_stored_is_acknowledged_before_its_answer_is_ready(
    slack: SlackFake, platform: SlackPlatform, monkeypatch: pytest.MonkeyPatch, accept: Accepting
) -> None:
    monkeypatch.setattr("bot.platforms.slack.app.PATIENCE_SECONDS", 0.01)
    posted = slack.put("U1MEI", "Where will it land?")
    accept.thinking = asyncio.Event()
    accept.result = Update(card("Saved 0.7"))
    assert (await slack.press(BUTTON, message_ts=posted.ts)).status == 200
    assert slack.texts("D1MEI") == ["Where will it land?"]
    accept.thinking.set()
    await settled(platform)
    assert slack.texts("D1MEI") == ["Saved 0.7"]


async def test_a_press_in_a_burst_waits_for_the_disk_and_for_nobody_s_answer(
    slack: SlackFake, platform: SlackPlatform, monkeypatch: pytest.MonkeyPatch, accept: Accepting
) -> None:
    monkeypatch.setattr("bot.platforms.slack.app.PATIENCE_SECONDS", 60.0)
    accept.thinking = asyncio.Event()
    accept.result = Say(card("Saved 0.7"))
    accept.meeting = asyncio.Barrier(2)
    first = asyncio.create_task(slack.press(BUTTON))
    await accept.meeting.wait()
    accept.meeting = None

    assert (await slack.press(BUTTON, user="U2JACK")).status == 200

    assert len(accept.recorded) == 2
    assert (await first).status == 200, "it was alone when it came, and is not any more"
    assert slack.responses == []
    accept.thinking.set()
    await settled(platform)
    assert [said["text"] for said in slack.responses] == ["Saved 0.7", "Saved 0.7"]


async def test_a_press_that_cannot_be_stored_is_told_at_once(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    accept.error = RuntimeError("disk full")
    assert (await slack.press(BUTTON)).status == 200
    await settled(platform)
    assert slack.responses == [{"text": NOT_SAVED, "response_type": "ephemeral", "replace_original": False}]


# --- forms ----------------------------------------------------------------------------------------


async def test_a_press_opens_a_form_with_its_trigger(slack: SlackFake, accept: Accepting) -> None:
    accept.result = OpenForm(FORM)
    await slack.press(BUTTON)
    (view,) = slack.views
    assert (view["callback_id"], view["private_metadata"]) == ("update", "token-1")


async def test_a_command_opens_a_form_and_says_nothing_beside_it(slack: SlackFake, accept: Accepting) -> None:
    accept.result = OpenForm(FORM)
    assert (await slack.command("update")).text == ""
    assert len(slack.views) == 1


async def test_where_the_trigger_has_run_out_the_person_is_told_how_to_go_on(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    slack.trigger_lifetime = -1.0
    accept.result = OpenForm(FORM)
    told = "The form did not open in time. Nothing was recorded; please press or type it once more."
    assert (await slack.command("update")).body["text"] == told
    await slack.press(BUTTON)
    await settled(platform)
    assert [said["text"] for said in slack.responses] == [told]


async def test_opening_a_form_never_takes_longer_than_the_trigger_lives(
    slack: SlackFake, accept: Accepting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.app.ACK_SECONDS", 0.2)
    slack.play("views.open", Slow(20.0))
    slack.ack_seconds = 15.0
    accept.result = OpenForm(FORM)
    assert (await slack.press(BUTTON)).acknowledged, "well before views.open answers"
    assert len(slack.called("views.open")) == 1


def _state(**values: str) -> dict[str, object]:
    return {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in values.items()}


async def _opened(slack: SlackFake, accept: Accepting, form: Form = FORM) -> dict[str, object]:
    accept.result = OpenForm(form)
    await slack.command("update")
    accept.heard.clear()
    accept.recorded.clear()
    accept.result = Nothing()
    return slack.views[-1]


async def test_a_sent_form_is_heard_with_its_token_and_values_and_closes(slack: SlackFake, accept: Accepting) -> None:
    view = await _opened(slack, accept)
    answer = await slack.submit(view, _state(KR1="45k"))
    assert (answer.status, answer.text) == (200, "")
    assert accept.heard[0].what == Submitted("update", "token-1", {"KR1": "45k"})
    assert accept.heard[0].place is Place.FORM


async def test_sentences_beside_the_fields_are_the_acknowledgement_of_a_form(
    slack: SlackFake, accept: Accepting
) -> None:
    view = await _opened(slack, accept)
    accept.result = FormErrors({"KR1": "Is it 45 or 45,000?"})
    answer = await slack.submit(view, _state(KR1="45"))
    assert answer.body == {"response_action": "errors", "errors": {"KR1": "Is it 45 or 45,000?"}}


async def test_a_corrected_form_is_a_new_submission_and_the_same_one_again_is_not(
    slack: SlackFake, accept: Accepting
) -> None:
    view = await _opened(slack, accept)
    await slack.submit(view, _state(KR1="45"))
    await slack.submit(view, _state(KR1="45"))
    await slack.submit(view, _state(KR1="45k"))
    assert len(accept.recorded) == 2


async def test_a_sentence_for_a_field_that_is_not_shown_stands_at_the_first(
    slack: SlackFake, accept: Accepting
) -> None:
    view = await _opened(slack, accept)
    accept.result = FormErrors({"KR9": "KR9 was dropped on Tuesday."})
    answer = await slack.submit(view, _state())
    assert answer.body["errors"] == {"KR1": "KR9 was dropped on Tuesday."}


async def test_a_form_that_cannot_be_stored_stays_open_and_says_so(slack: SlackFake, accept: Accepting) -> None:
    view = await _opened(slack, accept)
    accept.error = RuntimeError("disk full")
    answer = await slack.submit(view, _state(KR1="45k"))
    assert answer.body == {"response_action": "errors", "errors": {"KR1": NOT_SAVED}}


async def test_a_form_without_fields_stays_open_and_says_so_too(slack: SlackFake, accept: Accepting) -> None:
    title = {"type": "plain_text", "text": "Drop KR1"}
    named = {"id": "V1", "hash": "1.h", "callback_id": "drop", "private_metadata": "t"}
    view = {**named, "type": "modal", "title": title, "blocks": []}
    accept.error = RuntimeError("disk full")
    answer = await slack.submit(view, {})
    assert answer.body["response_action"] == "update"
    assert answer.body["view"]["private_metadata"] == "t"
    assert answer.body["view"]["blocks"][-1]["text"]["text"] == NOT_SAVED
    assert "id" not in answer.body["view"]


async def test_what_is_said_to_a_form_goes_to_the_dm(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    view = await _opened(slack, accept)
    accept.result = Say(card("Saved KR1 45k"))
    assert (await slack.submit(view, _state(KR1="45k"))).text == ""
    await settled(platform)
    assert slack.texts("D1MEI") == ["Saved KR1 45k"]


async def test_a_form_may_lead_to_the_next_one(slack: SlackFake, accept: Accepting) -> None:
    view = await _opened(slack, accept)
    accept.result = OpenForm(FORM)
    assert (await slack.submit(view, _state(KR1="45k"))).body["response_action"] == "update"


# --- the edge itself ------------------------------------------------------------------------------


async def test_another_workspace_is_refused(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform, grants: OneGrant
) -> None:
    grants.grant = Grant("T9OTHER", TOKEN)
    assert (await slack.message("45k")).status == 200
    assert accept.heard == []


async def test_while_our_own_token_is_of_no_use_slack_keeps_what_was_typed_and_a_person_is_told(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform, grants: OneGrant
) -> None:
    await grants.lost(grants.grant)

    assert (await slack.message("45k")).status != 200
    command = await slack.command("KR1 45k")
    assert command.status == 200
    assert NOT_SAVED in command.text
    assert accept.heard == []


async def test_no_request_costs_a_call_to_slack(slack: SlackFake, accept: Accepting) -> None:
    accept.result = Say(card("Your KRs"))
    for _ in range(3):
        await slack.command("")
    assert slack.calls == []


async def test_who_the_token_speaks_for_is_asked_at_set_up(platform: SlackPlatform) -> None:
    identity = await platform.identity(TOKEN)
    assert (identity.team_id, identity.bot_user_id) == (TEAM, "U0OKRA")


async def test_closing_waits_for_answers_that_are_under_way(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    slack.play("chat.postMessage", Slow(0.2))
    accept.result = Say(card("Saved"))
    await slack.message("45k")
    await platform.close()
    assert slack.texts("D1MEI") == ["Saved"]


async def test_slow_work_of_one_person_does_not_hold_up_another(slack: SlackFake, accept: Accepting) -> None:
    accept.meeting = asyncio.Barrier(2)
    answers = await asyncio.gather(slack.message("45k"), slack.message("46k", user="U2JACK"))
    assert [answer.status for answer in answers] == [200, 200]


async def _nobody(_news: News) -> None:
    """Hears nothing."""


def test_the_settings_of_bolt_in_the_environment_change_nothing(
    clock: MovableClock, accept: Accepting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "from-the-environment")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    other = SlackPlatform(signing_secret="s", grants=OneGrant("xoxb-1"), accept=accept, hear=_nobody, clock=clock)
    assert [route.path for route in other.routes()] == ["/slack/events"]
    assert list(tmp_path.iterdir()) == []
