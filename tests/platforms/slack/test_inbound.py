"""What people write, edit, mention and pick, in the shapes in which Slack sends it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.intake.inbound import Command, Edited, Inbound, Place, Shortcut, Typed, What
from bot.platforms.slack.inbound import from_mention, from_message, from_shortcut
from bot.platforms.slack.mrkdwn import read_text

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
AT = f"{int(NOW.timestamp()) - 60}.000200"
"""A minute ago."""
EDITED_AT = f"{int(NOW.timestamp()) - 5}.000000"
OKRA = "U0OKRA"
Json = dict[str, Any]

SAID: Json = {
    "client_msg_id": "0837851c",
    "type": "message",
    "user": "U1MEI",
    "text": "KR2 31%",
    "team": "T0PRETEND",
    "ts": AT,
    "channel": "D1MEI",
    "channel_type": "im",
    "event_ts": AT,
}


def envelope(event: Json) -> Json:
    return {
        "type": "event_callback",
        "team_id": "T0PRETEND",
        "event_id": "Ev1",
        "event_time": 1,
        "authorizations": [{"team_id": "T0PRETEND", "user_id": OKRA, "is_bot": True}],
        "event": event,
    }


def heard(event: Json) -> Inbound | None:
    return from_message(envelope(event), "T0PRETEND", NOW)


def what(event: Json) -> What | None:
    inbound = heard(event)
    return None if inbound is None else inbound.what


def changed(message: Json, before: Json | None = None, **more: Any) -> Json:
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "D1MEI",
        "channel_type": "im",
        "ts": f"{EDITED_AT[:-6]}000900",
        "event_ts": f"{EDITED_AT[:-6]}000900",
        "message": message,
        **more,
    }
    return event if before is None else event | {"previous_message": before}


INNER: Json = {"type": "message", "user": "U1MEI", "text": "KR2 31%", "ts": AT, "team": "T0PRETEND"}
EDIT: Json = INNER | {"text": "KR2 32%", "edited": {"user": "U1MEI", "ts": EDITED_AT}}


# --- typed --------------------------------------------------------------------------------------------


def test_what_is_typed_is_known_by_the_time_it_stands_under() -> None:
    inbound = heard(SAID)
    assert inbound is not None
    assert inbound.what == Typed("KR2 31%", None, AT, has_files=False)
    assert (inbound.place, inbound.person, inbound.channel) == (Place.DM, "U1MEI", "D1MEI")
    assert what(SAID | {"thread_ts": "1.000001"}) == Typed("KR2 31%", "1.000001", AT)


FILE = {"id": "F1", "name": "chart.png", "mimetype": "image/png"}
CLIP = {"id": "F2", "name": "audio_message.m4a", "subtype": "slack_audio"}
RICH = [
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "KR2 31%, see "},
                    {"type": "link", "url": "https://example.com/a"},
                    {"type": "emoji", "name": "tada"},
                ],
            }
        ],
    }
]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (SAID | {"subtype": "file_share", "text": "", "files": [FILE]}, Typed("", None, AT, has_files=True)),
        (SAID | {"subtype": "file_share", "files": [FILE]}, Typed("KR2 31%", None, AT, has_files=True)),
        (SAID | {"subtype": "file_share", "text": None, "files": [CLIP]}, Typed("", None, AT, has_files=True)),
        (SAID | {"subtype": "me_message"}, Typed("KR2 31%", None, AT)),
        (SAID | {"subtype": "thread_broadcast", "thread_ts": "1.1"}, Typed("KR2 31%", "1.1", AT)),
        (SAID | {"text": "", "attachments": [{"text": "forwarded"}]}, Typed("", None, AT, has_files=True)),
        (SAID | {"text": "", "blocks": RICH}, Typed("KR2 31%, see https://example.com/a:tada:", None, AT)),
        (SAID | {"text": "", "blocks": [{"type": "video"}]}, Typed("", None, AT, has_files=True)),
        (SAID | {"text": f"<@{OKRA}> KR2 31%"}, Typed("KR2 31%", None, AT)),
        (SAID | {"text": f"<@{OKRA}>"}, Command("")),
        (SAID | {"text": "R&amp;D &lt; 5 &amp;lt;"}, Typed("R&D < 5 &lt;", None, AT)),
    ],
)
def test_files_clips_forwards_and_mentions_in_the_dm(event: Json, expected: What) -> None:
    assert what(event) == expected


@pytest.mark.parametrize(
    "event",
    [
        SAID | {"subtype": "message_deleted", "deleted_ts": AT, "previous_message": INNER},
        SAID | {"subtype": "message_replied"},
        SAID | {"subtype": "huddle_thread", "room": {"id": "R1"}},
        SAID | {"subtype": "channel_join"},
        SAID | {"subtype": "bot_message", "bot_id": "B9"},
        SAID | {"bot_id": "B9", "app_id": "A9"},
        SAID | {"user": "USLACKBOT"},
        SAID | {"user": None},
        SAID | {"text": "  "},
        SAID | {"text": None},
        SAID | {"ts": None},
        SAID | {"channel": "C1SALES", "channel_type": "channel"},
        SAID | {"channel": None},
        {"type": "message"},
        {"type": "message", "subtype": "message_changed"},
    ],
)
def test_what_nobody_said_to_us_is_nothing(event: Json) -> None:
    assert heard(event) is None


# --- edited -------------------------------------------------------------------------------------------


def test_an_edit_names_the_message_it_corrects_and_both_times() -> None:
    inbound = heard(changed(EDIT | {"thread_ts": "1.1"}, INNER))
    assert inbound is not None
    said_at = datetime.fromtimestamp(float(AT), UTC)
    assert inbound.what == Edited("KR2 32%", AT, said_at, "1.1")
    assert (inbound.person, inbound.place) == ("U1MEI", Place.DM)
    assert int(inbound.at.timestamp()) == int(float(EDITED_AT))


def test_an_edit_is_known_without_the_words_before_and_without_the_type_of_channel() -> None:
    event = changed(EDIT)
    del event["channel_type"]
    assert isinstance(what(event), Edited)


def test_two_edits_in_one_second_keep_their_order() -> None:
    first, second = (
        heard(changed(EDIT, INNER, event_ts=f"{EDITED_AT[:-6]}{micros}")) for micros in ("000100", "000200")
    )
    assert first is not None
    assert second is not None
    assert first.at < second.at


def test_an_edit_to_nothing_but_a_file_is_told_as_such() -> None:
    edited = what(changed(EDIT | {"text": "", "files": [FILE]}, INNER))
    assert isinstance(edited, Edited)
    assert edited.text == ""


@pytest.mark.parametrize(
    "event",
    [
        changed(INNER | {"attachments": [{"title_link": "https://example.com"}]}, INNER),
        changed(EDIT | {"attachments": [{"title_link": "https://example.com"}]}, EDIT),
        changed(INNER | {"reply_count": 1, "latest_reply": "2.2"}, INNER),
        changed(EDIT | {"bot_id": "B0OKRA"}, INNER),
        changed(EDIT | {"subtype": "bot_message"}, INNER),
        changed({"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": AT}, INNER),
        changed(EDIT | {"edited": {"user": "U9OTHER", "ts": EDITED_AT}}, INNER),
        changed(EDIT | {"ts": None}, INNER),
        changed(EDIT, INNER, channel="C1SALES", channel_type="channel"),
    ],
    ids=["unfurl", "unfurl of an edit", "thread", "ours", "bot", "deleted", "not by its writer", "no name", "channel"],
)
def test_a_change_that_is_no_persons_correction_is_nothing(event: Json) -> None:
    assert heard(event) is None


# --- mentioned ----------------------------------------------------------------------------------------

MENTION: Json = {
    "type": "app_mention",
    "user": "U1MEI",
    "text": f"<@{OKRA}> board",
    "ts": AT,
    "channel": "C1SALES",
    "event_ts": AT,
    "thread_ts": "1.1",
}


def mentioned(**more: Any) -> What | None:
    inbound = from_mention(envelope(MENTION | more), "T0PRETEND", NOW)
    assert inbound is None or inbound.place is Place.CHANNEL
    return None if inbound is None else inbound.what


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"<@{OKRA}> board", Command("board", AT)),
        (f"  <@{OKRA}|okra>  KR2 31%", Command("KR2 31%", AT)),
        (f"<@{OKRA}>", Command("", AT)),
        (f"<@{OKRA}> board <@U2JACK>", Command("board <@U2JACK>", AT)),
        (f"thanks <@{OKRA}>!", Command("thanks !", AT, aside=True)),
        (f"KR2 31% <@{OKRA}>", Command("KR2 31%", AT, aside=True)),
    ],
)
def test_a_mention_is_a_command_and_by_the_way_where_it_does_not_stand_first(text: str, expected: Command) -> None:
    assert mentioned(text=text) == expected


def test_an_edited_mention_is_an_edit() -> None:
    edited = mentioned(text=f"<@{OKRA}> KR2 32%", edited={"user": "U1MEI", "ts": EDITED_AT})
    assert edited == Edited("KR2 32%", AT, datetime.fromtimestamp(float(AT), UTC))


@pytest.mark.parametrize(
    "more", [{"bot_id": "B9"}, {"user": None}, {"channel": "D1MEI"}, {"ts": None}, {"subtype": "bot_message"}]
)
def test_a_mention_by_a_bot_or_in_the_dm_is_nothing_more(more: Json) -> None:
    assert mentioned(**more) is None


# --- picked -------------------------------------------------------------------------------------------

PICKED: Json = {
    "type": "message_action",
    "callback_id": "next_step",
    "trigger_id": "1.trigger",
    "action_ts": AT,
    "message_ts": "1700000000.000100",
    "response_url": "https://example.com/respond",
    "team": {"id": "T0PRETEND", "domain": "pretend"},
    "user": {"id": "U1MEI", "team_id": "T0PRETEND", "name": "mei"},
    "channel": {"id": "D9BETWEEN", "name": "directmessage"},
    "message": {"type": "message", "user": "U2JACK", "ts": "1700000000.000100", "text": "*Call* <@U3LI> &amp; Acme"},
}


def test_a_picked_message_brings_its_words_and_what_is_said_to_it_is_for_one_alone() -> None:
    inbound = from_shortcut(PICKED, "T0PRETEND", NOW)
    assert inbound is not None
    assert inbound.what == Shortcut("next_step", "Call <@U3LI> & Acme")
    assert inbound.place is Place.CHANNEL, "between two people, too"
    assert (inbound.person, inbound.trigger) == ("U1MEI", "1.trigger")


def test_the_same_message_may_be_picked_twice() -> None:
    keys = set()
    for more in ({}, {"callback_id": "win"}, {"action_ts": EDITED_AT}):
        inbound = from_shortcut(PICKED | {"action_ts": AT} | more, "T0PRETEND", NOW)
        assert inbound is not None
        keys.add((inbound.key, inbound.what))
    assert len(keys) == 3


@pytest.mark.parametrize("message", [{}, {"files": [FILE]}, {"text": None}, None])
def test_a_picked_message_without_words_is_picked_all_the_same(message: Json | None) -> None:
    inbound = from_shortcut(PICKED | {"message": message}, "T0PRETEND", NOW)
    assert inbound is not None
    assert inbound.what == Shortcut("next_step", "")


@pytest.mark.parametrize("more", [{"callback_id": "other"}, {"callback_id": None}, {"type": "shortcut"}])
def test_an_unknown_entry_of_the_menu_is_nothing(more: Json) -> None:
    assert from_shortcut(PICKED | more, "T0PRETEND", NOW) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("see <https://example.com/x|the page> or <https://example.com>", "see the page or https://example.com"),
        ("<mailto:a@example.com|a@example.com> in <#C1|sales> <#C2>", "a@example.com in #sales"),
        ("<!here> <!channel|channel> <!subteam^S1|@support> <!date^1^{date}|today>", "@here channel @support today"),
        ("*a* _b_ ~c~ `d` :tada: a_b 5*3*2", "a b c d  a_b 5*3*2"),
        ("&gt; quoted\n&lt;tag&gt; &amp;amp;", "quoted\n<tag> &amp;"),
        ("at 10:30:00", "at 10:30:00"),
    ],
)
def test_a_message_is_read_as_its_readers_see_it(written: str, read: str) -> None:
    assert read_text(written) == read
