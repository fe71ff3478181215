"""What people do in Teams reaches `accept` once, and what it answers reaches them."""

from typing import Any

import pytest

from bot.cards.model import (
    Actions,
    Button,
    Card,
    Checkboxes,
    Choice,
    FieldValue,
    Form,
    FormWithin,
    Run,
    Text,
    TextField,
)
from bot.clock import MovableClock
from bot.delivery.news import ChatNews
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
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import AppType, TeamsConfig
from bot.platforms.teams.words import words
from storage import models as m
from tests.delivery.contract import card
from tests.fakes.http import Broken, Refused, Slow, TooMany
from tests.fakes.teams import BOT, TENANT, Message, TeamsFake
from tests.platforms.teams.conftest import JACK, MEI, NOW, SALES, App

pytestmark = pytest.mark.usefixtures("platform")

CHAT = f"a:{MEI}"
NOT_SAVED = "I could not save that just now. Nothing was recorded; please try again."
FORM = Form(
    "update",
    "token-1",
    "Update",
    "Send",
    "Cancel",
    (
        TextField("KR1", "Enterprise MRR", initial="44k"),
        Choice("self_score", "Where will it land?", (("0.3", "0.3"), ("0.7", "0.7"))),
        Checkboxes("blocked", "Blocked", (("Legal", "legal"), ("People", "people"))),
    ),
)
PROMPT = Card((Text(((Run("Where will it land?"),),)), Actions((Button("Same", "same", "prompt-7"),))))


async def settled(platform: TeamsPlatform) -> None:
    """Let the answers that follow an acknowledgement arrive."""
    await platform._after.drain(3)


async def _posted(teams: TeamsFake, app: App, platform: TeamsPlatform, result: Say | OpenForm) -> Message:
    """Something of ours to press, in Mei's chat."""
    app.result = result
    await teams.says("update")
    await settled(platform)
    app.heard.clear()
    app.recorded.clear()
    app.result = Nothing()
    return teams.messages(CHAT)[-1]


def _button(message: Message, title: str) -> dict[str, Any]:
    return next(action for action in message.actions() if action["title"] == title)


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("KR2 31%, waiting on legal", "KR2 31%, waiting on legal"),
        ("/okr board", "/okr board"),
        ("okr\N{NO-BREAK SPACE}board me", "okr board me"),
        ("OKR is blocked", "OKR is blocked"),
    ],
)
async def test_what_is_typed_in_the_personal_chat(teams: TeamsFake, app: App, text: str, what: str) -> None:
    body = teams.activity(text=text)
    assert (await teams.post(body)).status == 200
    (heard,) = app.heard
    assert heard.what == Typed(what, message_id=body["id"])
    assert (heard.platform, heard.installation, heard.person) == ("teams", TENANT, MEI)
    assert (heard.place, heard.channel, heard.at) == (Place.DM, CHAT, NOW)
    assert (heard.locale, heard.timezone) == ("en-US", "Asia/Shanghai")


async def test_a_reply_names_the_message_it_answers(teams: TeamsFake, app: App) -> None:
    await teams.says("45k", id="in7", replyToId="m17")
    assert app.heard[0].what == Typed("45k", reply_to="m17", message_id="in7")


async def test_a_mention_in_a_channel_is_a_command_in_the_channel_whatever_the_thread(
    teams: TeamsFake, app: App
) -> None:
    await teams.mentions("board\N{NO-BREAK SPACE}<at>Jack</at>", f"{SALES};messageid=17", id="in7")
    await teams.mentions("/okr board", SALES, id="in8")
    first, second = app.heard
    assert first.what == Command("board <at>Jack</at>", "in7")
    assert (first.place, first.channel) == (Place.CHANNEL, SALES)
    assert second.what == Command("/okr board", "in8")


async def test_a_message_was_said_when_it_was_written_not_when_it_was_delivered(teams: TeamsFake, app: App) -> None:
    await teams.says("45k", timestamp="2026-11-12T08:00:00.1234567Z")
    await teams.says("46k", timestamp="2026-11-12T11:00:00Z")
    assert [(NOW - heard.at).total_seconds() // 60 for heard in app.heard] == [59, 0]


@pytest.mark.parametrize(
    "more",
    [
        {"text": "  "},
        {"text": None, "value": {"from": "another app"}},
        {"text": None, "value": "junk"},
        {"type": "typing"},
        {"type": "messageReaction"},
        {"type": "event", "name": "application/vnd.microsoft.meetingStart"},
        {"type": "a kind of tomorrow"},
        {"from": {"id": BOT}},
    ],
)
async def test_what_no_person_said_to_us_is_acknowledged_and_goes_no_further(
    teams: TeamsFake, app: App, more: dict[str, Any]
) -> None:
    assert (await teams.post(teams.activity(**{"text": "45k", **more}))).status == 200
    assert app.heard == []


async def test_an_invoke_that_we_do_not_know_is_answered_as_such(teams: TeamsFake, app: App) -> None:
    assert (await teams.post(teams.activity(type="invoke", name="task/fetch"))).status == 501
    assert app.heard == []


async def test_a_second_delivery_of_the_same_message_changes_nothing(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    app.result = Say(card("Saved"))
    body = teams.activity(text="45k")
    assert [(await teams.post(body)).status for _ in range(2)] == [200, 200]
    await settled(platform)
    assert list(app.recorded) == [f"{CHAT}/{body['id']}"]
    assert teams.texts(CHAT) == ["Saved"]


async def test_a_message_that_cannot_be_stored_is_told_at_once_and_the_log_does_not_repeat_it(
    teams: TeamsFake, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.error = RuntimeError("disk full at '45k'")
    assert (await teams.says("45k")).status == 200
    assert teams.texts(CHAT) == [NOT_SAVED]
    assert "An activity of kind message was not stored: RuntimeError" in caplog.text
    assert "45k" not in caplog.text
    await teams.says("46k", locale="zh-CN")
    assert teams.texts(CHAT)[1] == "刚才没能保存，什么都没有记录，请再试一次。"


async def test_where_the_person_cannot_even_be_told_teams_may_send_it_again(teams: TeamsFake, app: App) -> None:
    app.error = RuntimeError("disk full")
    teams.play("POST", Broken(503))
    assert (await teams.says("45k")).status == 500


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_edge_never_blames(locale: str) -> None:
    said = words(locale)
    text = " ".join([said.not_saved, said.sent_privately, said.write_to_me_first, said.could_not_write]).lower()
    assert not any(word in text for word in ("late", "failed", "missing", "overdue", "forgot"))


# --- who was seen ---------------------------------------------------------------------------------


async def test_whoever_writes_can_be_written_to_from_then_on(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    await teams.says("hello")
    seen = app.chats()[CHAT]
    assert (seen.installation, seen.person, seen.locale, seen.timezone) == (TENANT, MEI, "en-US", "Asia/Shanghai")
    address = await app.chat_of(TENANT, MEI)
    assert address is not None
    await platform.port.send(address, card("Where will it land?"), "key-1")
    assert teams.texts(CHAT) == ["Where will it land?"]


async def test_a_channel_is_remembered_without_the_thread(teams: TeamsFake, app: App) -> None:
    await teams.mentions("board", f"{SALES};messageid=17")
    assert app.chats()[SALES].ref["conversation_id"] == SALES
    assert not app.chats()[SALES].person


async def test_installing_and_taking_away_are_seen(teams: TeamsFake, app: App) -> None:
    await teams.post(teams.activity(type="installationUpdate", action="add"))
    assert app.chats()[CHAT].is_open
    await teams.post(teams.activity(type="installationUpdate", action="remove"))
    assert not app.chats()[CHAT].is_open
    assert app.heard == []


async def test_our_own_arrival_in_a_channel_makes_us_no_person(teams: TeamsFake, app: App) -> None:
    arrived: dict[str, Any] = {"type": "conversationUpdate", "from": {"id": BOT}}
    await teams.post(teams.activity(**arrived))
    assert app.news == []


# --- answers --------------------------------------------------------------------------------------


async def test_an_answer_is_posted_in_the_chat(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    app.result = Say(card("Your KRs"))
    await teams.says("/okr")
    await settled(platform)
    assert teams.texts(CHAT) == ["Your KRs"]


async def test_an_answer_for_all_is_posted_in_the_thread_it_was_asked_in(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    app.result = Say(card("The board"), private=False)
    await teams.mentions("board", f"{SALES};messageid=17")
    await settled(platform)
    assert teams.texts(SALES) == ["The board"]
    assert "messageid=17" in teams.called("POST")[0].path


async def test_a_private_answer_to_a_channel_goes_to_the_personal_chat(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    await teams.says("hello")
    app.result = Say(card("Your KRs"))
    await teams.mentions("", SALES)
    await settled(platform)
    assert teams.texts(CHAT) == ["Your KRs"]
    assert teams.texts(SALES) == ["Sent to you privately."]


async def test_a_press_in_a_channel_is_answered_privately_without_a_word_there(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    await teams.says("hello")
    app.result = Say(PROMPT, private=False)
    await teams.mentions("digest now", SALES)
    await settled(platform)
    (digest,) = teams.messages(SALES)
    app.result = Say(card("Why KR2"))
    await teams.presses(digest, _button(digest, "Same"), conversation=SALES)
    await settled(platform)
    assert teams.texts(CHAT) == ["Why KR2"]
    assert len(teams.messages(SALES)) == 1


async def test_a_personal_chat_that_was_closed_is_told_of_in_the_channel(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    await teams.says("hello")
    teams.conversations[CHAT].blocked = True
    app.result = Say(card("Your KRs"))
    await teams.mentions("", SALES)
    await settled(platform)
    assert teams.texts(SALES) == [
        "This answer is for you alone: please open our personal chat, say hello, and ask me there."
    ]


async def test_an_answer_waits_for_a_short_rate_limit(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    teams.play("POST", TooMany(0))
    app.result = Say(card("Saved"))
    await teams.says("45k")
    await settled(platform)
    assert teams.texts(CHAT) == ["Saved"]


async def test_an_answer_waits_until_teams_takes_it(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    teams.play("POST", *[Refused("PreconditionFailed", 412)] * 4)
    app.result = Say(card("Saved"))
    await teams.says("45k")
    await settled(platform)
    assert teams.texts(CHAT) == ["Saved"]
    assert app.slept == [1, 2, 4, 8]


@pytest.mark.parametrize("result", [Say(card("Your KRs")), OpenForm(FORM)])
async def test_without_a_personal_chat_the_person_is_told_how_to_begin_one(
    teams: TeamsFake, app: App, platform: TeamsPlatform, result: Say | OpenForm
) -> None:
    app.result = result
    teams.play("POST", Refused("ForbiddenOperationException", 403))
    await teams.mentions("", SALES)
    await settled(platform)
    assert teams.texts(SALES) == [
        "This answer is for you alone: please open our personal chat, say hello, and ask me there."
    ]


async def test_a_private_answer_waits_until_teams_takes_it(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    await teams.says("hello")
    app.result = Say(card("Your KRs"))
    teams.play("POST", *[Refused("PreconditionFailed", 412)] * 3)
    await teams.mentions("", SALES)
    await settled(platform)
    assert teams.texts(CHAT) == ["Your KRs"]
    assert teams.texts(SALES) == ["Sent to you privately."]


@pytest.mark.parametrize("knows_the_chat", [True, False])
async def test_whom_teams_lets_nobody_write_to_just_now_is_not_told_to_begin_a_chat(
    teams: TeamsFake, app: App, platform: TeamsPlatform, knows_the_chat: bool
) -> None:
    if knows_the_chat:
        await teams.says("hello")
    app.result = Say(card("Your KRs"))
    teams.play("POST", *[Refused("PreconditionFailed", 412)] * 7)
    await teams.mentions("", SALES)
    await settled(platform)
    assert teams.texts(CHAT) == []
    assert teams.texts(SALES) == [
        "I have read this, but could not write to you just now. Please try again in a few minutes."
    ]


async def test_a_personal_chat_that_is_not_known_yet_is_opened_for_the_answer(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    app.result = Say(card("Your KRs"))
    await teams.mentions("", SALES)
    await settled(platform)
    assert teams.texts(CHAT) == ["Your KRs"]
    assert teams.texts(SALES) == ["Sent to you privately."]


async def test_a_private_answer_goes_into_no_chat_that_others_read(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    wrong = {"service_url": f"{teams.url}/", "conversation_id": SALES}
    app.news.append(ChatNews("teams", TENANT, "a:old", m.ChatKind.PERSONAL, ref=wrong, person=MEI))
    app.result = Say(card("Your KRs"))
    await teams.mentions("", SALES)
    await settled(platform)
    assert teams.texts(CHAT) == ["Your KRs"]
    assert teams.texts(SALES) == ["Sent to you privately."]


# --- forms within a message -----------------------------------------------------------------------

WITHIN = Card(PROMPT.blocks, forms=(FormWithin("same", "prompt-7", FORM),))


def _save_of(message: Message) -> dict[str, Any]:
    (unfolds,) = [action for action in message.actions() if action["type"] == "Action.ShowCard"]
    (save,) = unfolds["card"]["actions"]
    assert isinstance(save, dict)
    return save


async def test_a_form_within_a_message_is_heard_with_that_message_and_nothing_takes_it_away(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    message = await _posted(teams, app, platform, Say(WITHIN))
    app.result = Nothing()
    await teams.presses(message, _save_of(message), {"0.field.KR1": "45", "0.many.blocked": "legal,people"})
    await settled(platform)
    sent = app.heard[-1].what
    assert isinstance(sent, Submitted)
    assert (sent.form, sent.token, sent.within) == ("update", "token-1", message.id)
    assert sent.values["KR1"] == "45"
    assert sent.values["blocked"] == ("legal", "people")
    assert teams.messages(CHAT) == [message]


async def test_a_form_that_corrects_one_within_a_message_opens_below_it(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    message = await _posted(teams, app, platform, Say(WITHIN))
    before = dict(message.card)
    app.result = OpenForm(FORM, {"KR1": "Is it 45 or 45,000?"})
    await teams.presses(message, _save_of(message), {"0.field.KR1": "45"})
    await settled(platform)
    first, form = teams.messages(CHAT)
    assert first.card == before
    assert "Is it 45 or 45,000?" in str(form.card)


async def test_nothing_could_be_saved_and_the_message_with_its_form_stays(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    message = await _posted(teams, app, platform, Say(WITHIN))
    app.error = RuntimeError("the disk is full")
    await teams.presses(message, _save_of(message), {"0.field.KR1": "45"})
    await settled(platform)
    assert teams.messages(CHAT)[0].card == message.card
    assert "please try again" in teams.texts(CHAT)[-1]


@pytest.mark.parametrize(
    "made_up",
    [
        {"action": "cancel_form", "value": "update"},
        {"action": "submit_form", "form": "update", "token": "t"},
        {"do": "cancel_form update"},
    ],
)
async def test_nobody_takes_a_message_of_a_channel_away_with_made_up_data(
    teams: TeamsFake, app: App, platform: TeamsPlatform, made_up: dict[str, str]
) -> None:
    app.result = Say(card("The board"), private=False)
    await teams.mentions("board", SALES)
    await settled(platform)
    app.result = Nothing()
    (board,) = teams.messages(SALES)
    await teams.presses(board, {"type": "Action.Submit", "data": made_up}, conversation=SALES)
    await settled(platform)
    assert teams.texts(SALES) == ["The board"]


# --- presses --------------------------------------------------------------------------------------


async def test_a_pressed_button_is_heard_with_its_action_value_and_message(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    message = await _posted(teams, app, platform, Say(PROMPT))
    assert (await teams.presses(message, _button(message, "Same"))).status == 200
    (heard,) = app.heard
    assert heard.what == Pressed("same", "prompt-7", message.id)
    assert heard.place is Place.DM


async def test_a_pressed_card_is_replaced_in_place(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    message = await _posted(teams, app, platform, Say(PROMPT))
    app.result = Update(card("Saved 0.7"))
    await teams.presses(message, _button(message, "Same"))
    await settled(platform)
    assert teams.texts(CHAT) == ["Saved 0.7"]


async def test_where_the_card_cannot_be_replaced_the_answer_stands_beside_it(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    message = await _posted(teams, app, platform, Say(PROMPT))
    teams.play("PUT", Refused("BadSyntax", 400))
    app.result = Update(card("Saved 0.7"))
    await teams.presses(message, _button(message, "Same"))
    await settled(platform)
    assert teams.texts(CHAT)[1:] == ["Saved 0.7"]


async def test_two_presses_of_one_button_are_two_things(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    message = await _posted(teams, app, platform, Say(PROMPT))
    for _ in range(2):
        await teams.presses(message, _button(message, "Same"))
    assert len(app.recorded) == 2


# --- forms ----------------------------------------------------------------------------------------

_TYPED = {"field.KR1": "45", "field.self_score": "0.7", "many.blocked": "legal,people"}


async def test_a_form_opens_as_a_card_of_its_own_even_from_a_typed_word(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    message = await _posted(teams, app, platform, Say(PROMPT))
    app.result = OpenForm(FORM)
    await teams.presses(message, _button(message, "Same"))
    await settled(platform)
    assert app.heard[0].trigger is not None
    prompt, form = teams.messages(CHAT)
    assert [action["title"] for action in prompt.actions()] == ["Same"]
    assert [action["title"] for action in form.actions()] == ["Send", "Cancel"]


async def test_a_sent_form_is_heard_with_its_token_and_values_and_gives_way_to_the_receipt(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    app.result = Say(card("Saved KR1 45k"))
    await teams.presses(form, _button(form, "Send"), _TYPED)
    await settled(platform)
    expected: dict[str, FieldValue] = {"KR1": "45", "self_score": "0.7", "blocked": ("legal", "people")}
    assert app.heard[0].what == Submitted("update", "token-1", expected)
    assert app.heard[0].place is Place.FORM
    assert teams.texts(CHAT) == ["Saved KR1 45k"]
    assert teams.messages(CHAT)[0].actions() == []


async def test_a_form_that_is_done_with_goes_away(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    await teams.presses(form, _button(form, "Send"), _TYPED)
    await settled(platform)
    assert len(app.heard) == 1
    assert teams.texts(CHAT) == []


async def test_a_cancelled_form_goes_away_and_nothing_happened(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    await teams.presses(form, _button(form, "Cancel"))
    await settled(platform)
    assert app.heard == []
    assert teams.texts(CHAT) == []


def _inputs(message: Message) -> dict[str, str]:
    return {
        element["id"]: element.get("value", "")
        for element in message.card["body"]
        if element["type"].startswith("Input.")
    }


async def test_sentences_stand_beside_the_fields_and_what_was_typed_is_kept(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    app.result = FormErrors({"KR1": "Is it 45 or 45,000?"})
    await teams.presses(form, _button(form, "Send"), _TYPED)
    await settled(platform)
    (again,) = teams.messages(CHAT)
    assert _inputs(again) == _TYPED
    kinds = [element["type"] for element in again.card["body"]]
    beside = again.card["body"][kinds.index("Input.Text") + 1]
    assert "Is it 45 or 45,000?" in str(beside)


async def test_a_corrected_form_still_knows_itself(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    app.result = FormErrors({"KR1": "Is it 45 or 45,000?"})
    await teams.presses(form, _button(form, "Send"), {"field.KR1": "45"})
    await settled(platform)
    (again,) = teams.messages(CHAT)
    assert _inputs(again)["field.KR1"] == "45"
    app.result = FormErrors({"KR9": "KR9 was dropped on Tuesday."})
    await teams.presses(again, _button(again, "Send"), {"field.KR1": ""})
    await settled(platform)
    (once_more,) = teams.messages(CHAT)
    assert _inputs(once_more)["field.KR1"] == ""
    assert "KR9 was dropped on Tuesday." in str(once_more.card["body"])


async def test_a_form_that_came_without_itself_is_answered_in_words(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    app.result = FormErrors({"KR1": "Is it 45 or 45,000?"})
    for junk in ("{", "[]", '{"parts": [["nonsense", {}]]}', None):
        send = _button(form, "Send")
        await teams.presses(form, {**send, "data": {**send["data"], "shown": junk}}, _TYPED)
    await settled(platform)
    assert teams.texts(CHAT)[1:] == ["Is it 45 or 45,000?"] * 4


async def test_a_form_that_cannot_be_stored_stays_with_what_was_typed(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    app.error = RuntimeError("disk full")
    assert (await teams.presses(form, _button(form, "Send"), _TYPED)).status == 200
    (again,) = teams.messages(CHAT)
    assert _inputs(again) == _TYPED
    assert NOT_SAVED in str(again.card["body"])


async def test_a_form_may_lead_to_the_next_one(teams: TeamsFake, app: App, platform: TeamsPlatform) -> None:
    form = await _posted(teams, app, platform, OpenForm(FORM))
    app.result = OpenForm(Form("drop", "token-2", "Drop KR3", "Drop it", "Cancel", ()))
    await teams.presses(form, _button(form, "Send"), _TYPED)
    await settled(platform)
    (following,) = teams.messages(CHAT)
    assert [action["title"] for action in following.actions()] == ["Drop it", "Cancel"]


# --- the edge itself ------------------------------------------------------------------------------


async def test_closing_waits_for_answers_that_are_under_way(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    teams.play("POST", Slow(0.2))
    app.result = Say(card("Saved"))
    await teams.says("45k")
    await platform.close()
    assert teams.texts(CHAT) == ["Saved"]


@pytest.mark.parametrize(
    ("wrong", "host", "development", "named"),
    [
        (TeamsConfig("", "", ""), "127.0.0.1", False, "TEAMS_APP_ID"),
        (TeamsConfig("", "", ""), "10.0.0.5", True, "HOST"),
        (TeamsConfig("", "", ""), "0.0.0.0", True, "HOST"),  # noqa: S104 - refused
        (TeamsConfig("app", "", "tenant"), "10.0.0.5", False, "TEAMS_APP_PASSWORD"),
        (TeamsConfig("app", "secret", ""), "10.0.0.5", False, "TEAMS_TENANT_ID"),
        (TeamsConfig("app", "", "", app_type=AppType.MANAGED_IDENTITY), "10.0.0.5", False, "TEAMS_TENANT_ID"),
        (TeamsConfig("app", "secret", "t", app_type=AppType.MANAGED_IDENTITY), "10.0.0.5", False, "contradict"),
        (TeamsConfig("app", "", "t", app_type=AppType.MULTI_TENANT), "10.0.0.5", False, "TEAMS_APP_PASSWORD"),
        (TeamsConfig("app", "secret", "", app_type=AppType.MULTI_TENANT), "10.0.0.5", False, "TEAMS_ALLOWED_TENANTS"),
    ],
)
def test_a_configuration_that_lets_strangers_in_does_not_start(
    app: App, clock: MovableClock, wrong: TeamsConfig, host: str, development: bool, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        TeamsPlatform(
            wrong,
            accept=app.accept,
            hear=app.hear,
            places=app,
            clock=clock,
            host=host,
            development=development,
        )


async def test_members_of_another_tenant_are_heard_when_they_are_let_in(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    elsewhere = teams.activity(
        text="45k",
        channelData={"tenant": {"id": "Other-Tenant"}},
    )
    elsewhere["conversation"]["tenantId"] = "Other-Tenant"
    assert (await teams.post(elsewhere)).status == 403
    platform._gate._config = TeamsConfig(
        platform._config.app_id,
        "secret",
        TENANT,
        allowed_tenants=frozenset({"other-tenant"}),
        cloud=platform._config.cloud,
    )
    assert (await teams.post(elsewhere)).status == 200
    assert [heard.installation for heard in app.heard] == ["other-tenant"]


async def test_jack_is_another_person(teams: TeamsFake, app: App) -> None:
    await teams.says("45k", person=JACK)
    assert app.heard[0].person == JACK
