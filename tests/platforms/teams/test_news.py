"""What Teams tells of places and people is read for what it is, and nothing that it may look like is a mistake."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.news import ChannelChange, ChannelNews, ChatNews, MeetingNews, MemberNews, News
from bot.platforms.teams.inbound import NotAnActivity, read
from bot.platforms.teams.news import MEETING_START, news_of
from storage import models as m

BOT = "28:okra"
TENANT = "tenant"
TEAM = "19:team@thread.tacv2"
PLANS = "19:plans@thread.tacv2"
CHAT = "19:chat@thread.v2"
MEETING = "19:meeting_abc@thread.v2"
CONVERSATIONS = {"personal": "a:mei", "channel": TEAM, "groupChat": CHAT}


def body(kind: str, where: str = "personal", **more: Any) -> dict[str, Any]:
    """An activity of a type from a personal chat, a team or a group chat; None takes a part away."""
    whole: dict[str, Any] = {
        "type": kind,
        "id": "in1",
        "serviceUrl": "https://teams.example/emea/",
        "from": {"id": "29:mei", "aadObjectId": "mei", "name": "Mei Lin"},
        "conversation": {"id": CONVERSATIONS[where], "conversationType": where, "tenantId": TENANT},
        "recipient": {"id": BOT, "name": "Okra"},
        "channelData": {"tenant": {"id": TENANT}},
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def told(activity: Mapping[str, Any]) -> Sequence[News]:
    return news_of(read(activity))


def event(name: str, **data: Any) -> Sequence[News]:
    """The news of something that happened to a team or its channels."""
    return told(body("conversationUpdate", "channel", channelData={"eventType": name, **data}))


def chat(*found: News) -> ChatNews:
    (one,) = found
    assert isinstance(one, ChatNews)
    return one


# --- messages ---------------------------------------------------------------------------------------------


def test_who_writes_has_a_personal_chat_and_tells_language_and_zone() -> None:
    news = chat(*told(body("message", text="hello", locale="zh-CN", localTimezone="Asia/Shanghai")))
    assert (news.platform, news.installation, news.chat, news.kind) == ("teams", TENANT, "a:mei", m.ChatKind.PERSONAL)
    assert (news.person, news.locale, news.timezone, news.is_open) == ("mei", "zh-CN", "Asia/Shanghai", True)
    assert news.ref == {
        "service_url": "https://teams.example/emea/",
        "conversation_id": "a:mei",
        "tenant_id": TENANT,
        "bot_id": BOT,
        "user_id": "29:mei",
    }


def test_what_names_us_in_a_thread_is_news_of_its_channel_and_team_and_of_no_person() -> None:
    where = {"id": f"{PLANS};messageid=17", "conversationType": "channel", "tenantId": TENANT, "isGroup": True}
    data = {"team": {"id": TEAM, "name": "Growth"}, "channel": {"id": PLANS, "name": "Plans  for all"}}
    news = chat(*told(body("message", conversation=where, channelData=data, locale="zh-CN")))
    assert (news.chat, news.kind, news.parent, news.person) == (PLANS, m.ChatKind.CHANNEL, TEAM, "")
    assert (news.name, news.parent_name, news.locale, news.whole) == ("Plans for all", "Growth", "", False)
    assert news.ref["conversation_id"] == PLANS


@pytest.mark.parametrize(
    ("conversation", "kind"),
    [
        ({"id": "a:1", "conversationType": "personal"}, m.ChatKind.PERSONAL),
        ({"id": CHAT, "conversationType": "groupChat"}, m.ChatKind.GROUP),
        ({"id": MEETING, "conversationType": "groupChat", "isGroup": True}, m.ChatKind.GROUP),
        ({"id": "a:1"}, m.ChatKind.PERSONAL),
        ({"id": TEAM}, m.ChatKind.CHANNEL),
        ({"id": "19:old@thread.skype", "isGroup": True}, m.ChatKind.CHANNEL),
        ({"id": CHAT, "isGroup": True}, m.ChatKind.GROUP),
        ({"id": CHAT, "conversationType": 5}, m.ChatKind.GROUP),
    ],
)
def test_which_kind_of_chat_it_is(conversation: dict[str, Any], kind: m.ChatKind) -> None:
    assert chat(*told(body("message", conversation={**conversation, "tenantId": TENANT}))).kind is kind


def test_whoever_has_no_object_id_is_nobody_of_the_company() -> None:
    assert told(body("message") | {"from": {"id": "29:anonymous", "name": "Guest"}}) == ()


def test_what_we_say_ourselves_is_no_news() -> None:
    assert told(body("message") | {"from": {"id": BOT}}) == ()


# --- installing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "is_open"), [("add", True), ("remove", False)])
@pytest.mark.parametrize("where", ["personal", "groupChat"])
def test_the_app_comes_into_a_chat_and_goes(where: str, action: str, is_open: bool) -> None:
    news = chat(*told(body("installationUpdate", where, action=action, locale="en-US")))
    assert (news.chat, news.is_open, news.whole) == (CONVERSATIONS[where], is_open, False)
    assert news.person == ("mei" if where == "personal" else "")


@pytest.mark.parametrize("action", ["add-upgrade", "remove-upgrade"])
def test_an_upgrade_takes_nothing_away(action: str) -> None:
    assert chat(*told(body("installationUpdate", action=action))).is_open


@pytest.mark.parametrize("action", [None, "", "other", 7, ["add"], {"add": 1}])
def test_an_installation_that_does_not_say_what_happened_is_no_news(action: object) -> None:
    assert told(body("installationUpdate", action=action)) == ()


def test_the_app_comes_into_a_team_with_all_its_channels_and_the_chosen_one_is_named() -> None:
    data = {"team": {"id": TEAM, "name": "Growth"}, "settings": {"selectedChannel": {"id": PLANS}}}
    whole, chosen = told(body("installationUpdate", "channel", action="add", channelData=data))
    assert isinstance(whole, ChatNews)
    assert isinstance(chosen, ChatNews)
    assert (whole.chat, whole.parent, whole.parent_name, whole.whole) == (TEAM, TEAM, "Growth", True)
    assert (chosen.chat, chosen.parent, chosen.whole, chosen.ref["conversation_id"]) == (PLANS, TEAM, False, PLANS)

    gone = chat(*told(body("installationUpdate", "channel", action="remove", channelData=data)))
    assert (gone.chat, gone.whole, gone.is_open) == (TEAM, True, False)


@pytest.mark.parametrize(("name", "is_open"), [("membersAdded", True), ("membersRemoved", False)])
def test_the_bot_as_a_member_that_comes_or_goes_is_the_same(name: str, is_open: bool) -> None:
    data = {"team": {"id": TEAM}, "eventType": "teamMemberAdded" if is_open else "teamMemberRemoved"}
    news = chat(*told(body("conversationUpdate", "channel", channelData=data, **{name: [{"id": BOT}]})))
    assert (news.chat, news.whole, news.is_open) == (TEAM, True, is_open)

    news = chat(*told(body("conversationUpdate", "groupChat", **{name: [{"id": BOT}]})))
    assert (news.chat, news.whole, news.is_open) == (CHAT, False, is_open)


def test_a_bot_that_goes_from_one_channel_is_still_in_the_others() -> None:
    data = {"team": {"id": TEAM}, "channel": {"id": PLANS}}
    where = {"id": PLANS, "conversationType": "channel", "tenantId": TENANT}
    news = chat(*told(body("conversationUpdate", conversation=where, channelData=data, membersRemoved=[{"id": BOT}])))
    assert (news.chat, news.whole, news.is_open) == (PLANS, False, False)


# --- people, channels, teams ------------------------------------------------------------------------------


def test_people_come_and_go() -> None:
    members = [{"id": "29:kim", "aadObjectId": "kim"}, {"id": "29:anonymous"}, "nobody", {"id": 4}]
    data = {"team": {"id": TEAM}, "eventType": "teamMemberRemoved"}
    _, *news = told(body("conversationUpdate", "channel", channelData=data, membersRemoved=members))
    assert news == [
        MemberNews("teams", TENANT, ("kim",), TEAM),
        ChannelNews("teams", TENANT, TEAM, ChannelChange.UNSHARED),
    ]
    added = body("conversationUpdate", "groupChat", membersAdded=members)
    _, *news = told(added)
    assert news == [MemberNews("teams", TENANT, (), added["conversation"]["id"])]


def test_who_leaves_one_channel_is_still_in_the_team() -> None:
    data = {"team": {"id": TEAM}, "channel": {"id": PLANS}, "eventType": "channelMemberRemoved"}
    member = {"id": "29:kim", "aadObjectId": "kim"}
    assert told(body("conversationUpdate", "channel", channelData=data, membersRemoved=[member])) == ()


@pytest.mark.parametrize("name", ["channelCreated", "channelRestored"])
def test_a_channel_that_is_there_can_be_written_to(name: str) -> None:
    news = chat(*event(name, team={"id": TEAM, "name": "Growth"}, channel={"id": PLANS, "name": "Plans"}))
    assert (news.chat, news.parent, news.name, news.parent_name) == (PLANS, TEAM, "Plans", "Growth")
    assert (news.is_open, news.whole, news.ref["conversation_id"]) == (True, False, PLANS)


def test_a_channel_gets_another_name() -> None:
    there, renamed = event("channelRenamed", team={"id": TEAM}, channel={"id": PLANS, "name": "New plans"})
    assert isinstance(there, ChatNews)
    assert there.name == "New plans"
    assert renamed == ChannelNews("teams", TENANT, PLANS, ChannelChange.RENAMED, name="New plans")


@pytest.mark.parametrize(
    ("name", "channel", "change"),
    [
        ("channelDeleted", PLANS, ChannelChange.DELETED),
        ("teamDeleted", TEAM, ChannelChange.DELETED),
        ("teamHardDeleted", TEAM, ChannelChange.DELETED),
        ("teamArchived", TEAM, ChannelChange.ARCHIVED),
    ],
)
def test_what_cannot_be_written_to_any_more(name: str, channel: str, change: ChannelChange) -> None:
    assert event(name, team={"id": TEAM}, channel={"id": PLANS}) == (ChannelNews("teams", TENANT, channel, change),)


@pytest.mark.parametrize("name", ["teamRenamed", "teamRestored", "teamUnarchived"])
def test_a_team_that_is_there_can_be_written_to_with_all_its_channels(name: str) -> None:
    news, *more = event(name, team={"id": TEAM, "name": "Growth"})
    assert isinstance(news, ChatNews)
    assert (news.chat, news.whole, news.is_open, news.parent_name) == (TEAM, True, True, "Growth")
    unarchived = [ChannelNews("teams", TENANT, TEAM, ChannelChange.UNARCHIVED)]
    assert more == (unarchived if name == "teamUnarchived" else [])


# --- meetings ---------------------------------------------------------------------------------------------


def test_a_meeting_begins_in_its_chat_or_in_a_thread_of_a_channel() -> None:
    at = datetime(2026, 11, 13, 9, 58, 30, tzinfo=UTC)
    value = {"Id": "x", "Title": "Weekly", "StartTime": "2026-11-13T09:58:30Z"}
    there, news = told(body("event", "groupChat", name=MEETING_START, value=value))
    assert isinstance(there, ChatNews)
    assert news == MeetingNews("teams", TENANT, CHAT, at)

    where = {"id": f"{TEAM};messageid=17", "conversationType": "channel", "tenantId": TENANT}
    more = {"value": "odd", "timestamp": "2026-11-13T10:58:30+01:00"}
    _, news = told(body("event", conversation=where, name=MEETING_START, **more))
    assert news == MeetingNews("teams", TENANT, TEAM, at)


@pytest.mark.parametrize("name", ["application/vnd.microsoft.meetingEnd", None, 3])
def test_other_events_are_no_news(name: object) -> None:
    assert told(body("event", "groupChat", name=name, value={})) == ()


# --- whatever the shape -----------------------------------------------------------------------------------

_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("x" * 300) | st.just(BOT),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "team", "channel", "tenant", "aadObjectId", "eventType", "settings"]), inner
        )
    ),
    max_leaves=8,
)
_EVENT = st.sampled_from(["channelCreated", "channelRenamed", "channelDeleted", "teamDeleted", "teamRenamed", "odd"])


@given(
    kind=st.sampled_from(["message", "messageUpdate", "installationUpdate", "conversationUpdate", "event", "invoke"]),
    where=st.sampled_from(sorted(CONVERSATIONS)),
    data=_ODD | st.fixed_dictionaries({"eventType": _EVENT}, optional={"team": _ODD, "channel": _ODD}),
    odd=st.dictionaries(
        st.sampled_from(["action", "membersAdded", "membersRemoved", "name", "value", "timestamp", "locale"]), _ODD
    ),
)
def test_whatever_an_activity_holds_it_is_news_or_none(
    kind: str, where: str, data: object, odd: dict[str, object]
) -> None:
    for news in told(body(kind, where, channelData=data, **odd)):
        assert news.installation == TENANT
        if isinstance(news, ChatNews):
            assert 0 < len(news.chat) <= 255
            assert bool(news.person) == (news.kind is m.ChatKind.PERSONAL)
            assert all(isinstance(value, str) for value in news.ref.values())


@given(part=st.sampled_from(["from", "conversation", "recipient", "type", "serviceUrl"]), odd=_ODD)
def test_an_activity_without_a_frame_is_none(part: str, odd: object) -> None:
    try:
        told({**body("conversationUpdate", "channel"), part: odd})
    except NotAnActivity:
        return
