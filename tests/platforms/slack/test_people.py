"""Slack's people and channels: the whole directory page by page, news of any shape, and channels that others read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.delivery.news import ChannelChange, ChannelNews, News, PersonNews, RemovedNews
from bot.delivery.port import Address, HasDirectory, NotDelivered, Profile, RateLimited, Unreachable, Why
from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.grants import Apis, OneGrant
from bot.platforms.slack.news import EVENTS, from_event
from bot.platforms.slack.people import profile_of
from bot.platforms.slack.port import SlackPort
from tests.fakes.http import Broken, Refused, TooMany
from tests.fakes.slack import TEAM, SlackFake
from tests.platforms.slack.conftest import card

TEAMS_CHANNEL = Address(1, "C1SALES", is_person=False, ref={"channel": "C1SALES"})


def user(**more: Any) -> dict[str, Any]:
    profile = {"real_name": "Kim Sun", "display_name": "Kimmy", "email": "kim@example.com", **more.pop("profile", {})}
    return {"id": "U1", "name": "kim", "team_id": TEAM, "tz": "Asia/Seoul", "updated": 7, "profile": profile, **more}


def read(**more: Any) -> Profile:
    found = profile_of(user(**more), TEAM)
    assert found is not None
    return found


# --- one person -------------------------------------------------------------------------------------------


def test_a_person_is_read_with_all_that_slack_tells() -> None:
    status = {"status_text": "Vacation &amp; sun", "status_emoji": ":palm_tree:", "status_expiration": 1795219140}

    told = read(locale="ko-KR", profile=status)

    assert (told.external_id, told.handle, told.display_name, told.short_name) == ("U1", "kim", "Kim Sun", "Kimmy")
    assert (told.e_mail, told.timezone, told.locale, told.updated) == ("kim@example.com", "Asia/Seoul", "ko-KR", 7)
    assert told.status is not None
    assert (told.status.text, told.status.sign) == ("Vacation & sun", "palm_tree")
    assert told.status.until == datetime.fromtimestamp(1795219140, UTC)
    assert (told.active, told.is_guest, told.is_bot) == (True, False, False)


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_a_guest_is_told_from_those_who_work_there(flag: str) -> None:
    assert read(**{flag: True}).is_guest


def test_somebody_of_another_company_is_a_guest_and_of_the_same_organisation_is_not() -> None:
    assert read(team_id="T0OTHER").is_guest
    assert not read(team_id="T0OTHER", enterprise_user={"teams": ["T0OTHER", TEAM]}).is_guest


@pytest.mark.parametrize("more", [{"is_bot": True}, {"is_workflow_bot": True}, {"id": "USLACKBOT"}])
def test_what_is_no_person_is_a_bot(more: dict[str, Any]) -> None:
    assert read(**more).is_bot


@pytest.mark.parametrize("expires", [0, None, -5, "soon", 10**30, True])
def test_a_status_without_an_end_has_none(expires: Any) -> None:
    told = read(profile={"status_text": "Away", "status_expiration": expires})

    assert told.status is not None
    assert told.status.until is None


def test_without_text_and_picture_there_is_no_status() -> None:
    assert read(profile={"status_text": " ", "status_emoji": "", "status_expiration": 1795219140}).status is None


@pytest.mark.parametrize(
    "shape",
    [None, [], "U1", {}, {"id": ""}, {"id": 5}, {"id": ["U1"]}],
)
def test_what_is_no_user_is_nobody(shape: Any) -> None:
    assert profile_of(shape, TEAM) is None


@pytest.mark.parametrize(
    "more",
    [
        {"profile": None, "name": None},
        {"profile": ["x"], "tz": 5, "locale": {}, "updated": "never", "team_id": 7},
        {"real_name": "   ", "name": "", "profile": {"real_name": " ", "display_name": None, "email": 3}},
    ],
)
def test_odd_shapes_are_left_out(more: dict[str, Any]) -> None:
    told = profile_of({"id": "U1", **more}, TEAM)

    assert told is not None
    assert told.display_name
    assert told.short_name
    assert told.e_mail is None


# --- the whole directory ----------------------------------------------------------------------------------


async def test_the_directory_is_read_page_by_page_at_slacks_own_pace(
    slack: SlackFake, platform: SlackPlatform, grants: OneGrant
) -> None:
    waited: list[float] = []
    apis = Apis(grants, slack.api_url)
    port = SlackPort(apis, _remembering(waited))
    for number in range(450):
        slack.add_person(f"U{number:05}", f"Person {number}")

    pages = [page async for page in port.people(1)]
    await apis.close()

    assert isinstance(port, HasDirectory)
    assert [len(page) for page in pages] == [200, 200, 53]
    assert pages[0][0].locale == "zh-CN"
    assert waited == [3.0, 3.0]
    assert {call["limit"] for call in slack.called("users.list")} <= {200, "200"}


async def test_a_reading_that_slack_holds_up_goes_on_with_the_page_that_was_refused(
    slack: SlackFake, platform: SlackPlatform, grants: OneGrant
) -> None:
    apis = Apis(grants, slack.api_url)
    reading = SlackPort(apis, _remembering([])).people(1)
    for number in range(250):
        slack.add_person(f"U{number:05}", f"Person {number}")

    first = await anext(reading)
    slack.play("users.list", TooMany(7), TooMany(9))
    for _ in range(2):
        with pytest.raises(RateLimited):
            await anext(reading)
    rest = [page async for page in reading]
    await apis.close()

    assert (len(first), [len(page) for page in rest]) == (200, [53])
    assert not {one.external_id for one in first} & {one.external_id for one in rest[0]}


async def test_a_directory_that_may_not_be_read_says_so(
    slack: SlackFake, platform: SlackPlatform, grants: OneGrant
) -> None:
    apis = Apis(grants, slack.api_url)
    slack.play("users.list", Refused("missing_scope"))

    with pytest.raises(NotDelivered):
        [page async for page in SlackPort(apis, _remembering([])).people(1)]
    await apis.close()


# --- news -------------------------------------------------------------------------------------------------


def body(event: Any, **more: Any) -> dict[str, Any]:
    grants = [{"team_id": TEAM, "user_id": "U0OKRA", "is_bot": True}]
    return {"type": "event_callback", "authorizations": grants, "event_time": 1795219140, "event": event, **more}


def channel(change: ChannelChange, **more: str) -> ChannelNews:
    return ChannelNews("slack", TEAM, "C1", change, **more)


@pytest.mark.parametrize(
    ("event", "news"),
    [
        ({"type": "channel_archive", "channel": "C1", "user": "U1"}, channel(ChannelChange.ARCHIVED)),
        ({"type": "group_archive", "channel": "C1"}, channel(ChannelChange.ARCHIVED)),
        ({"type": "channel_unarchive", "channel": "C1", "user": "U1"}, channel(ChannelChange.UNARCHIVED)),
        ({"type": "group_unarchive", "channel": "C1"}, channel(ChannelChange.UNARCHIVED)),
        ({"type": "channel_deleted", "channel": "C1"}, channel(ChannelChange.DELETED)),
        ({"type": "group_deleted", "channel": "C1"}, channel(ChannelChange.DELETED)),
        (
            {"type": "channel_rename", "channel": {"id": "C1", "name": "grow", "created": 1}},
            channel(ChannelChange.RENAMED, name="grow"),
        ),
        ({"type": "group_rename", "channel": {"id": "C1", "name": "g"}}, channel(ChannelChange.RENAMED, name="g")),
        ({"type": "channel_left", "channel": "C1"}, channel(ChannelChange.LEFT)),
        ({"type": "group_left", "channel": "C1"}, channel(ChannelChange.LEFT)),
        ({"type": "member_joined_channel", "user": "U0OKRA", "channel": "C1"}, channel(ChannelChange.JOINED)),
        ({"type": "member_left_channel", "user": "U0OKRA", "channel": "C1"}, channel(ChannelChange.LEFT)),
        ({"type": "member_joined_channel", "user": "U1", "channel": "C1"}, None),
        ({"type": "member_left_channel", "user": "U1", "channel": "C1"}, None),
        ({"type": "channel_shared", "connected_team_id": "T2", "channel": "C1"}, channel(ChannelChange.SHARED)),
        ({"type": "channel_unshared", "channel": "C1", "is_ext_shared": False}, channel(ChannelChange.UNSHARED)),
        ({"type": "channel_unshared", "channel": "C1", "is_ext_shared": True}, channel(ChannelChange.SHARED)),
        (
            {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2"},
            channel(ChannelChange.NEW_ID, new_id="C2"),
        ),
        ({"type": "app_uninstalled"}, RemovedNews("slack", TEAM, datetime.fromtimestamp(1795219140, UTC))),
        (
            {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["U0OKRA"]}},
            RemovedNews("slack", TEAM, datetime.fromtimestamp(1795219140, UTC)),
        ),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, None),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, None),
        ({"type": "reaction_added", "user": "U1"}, None),
    ],
)
def test_an_event_is_read_as_news(event: dict[str, Any], news: News | None) -> None:
    assert from_event(body(event), TEAM) == news


@pytest.mark.parametrize("kind", ["user_change", "team_join"])
def test_news_of_a_person_bring_the_person(kind: str) -> None:
    found = from_event(body({"type": kind, "user": user(deleted=True), "cache_ts": 1}), TEAM)

    assert isinstance(found, PersonNews)
    assert (found.installation, found.profile.external_id, found.profile.active) == (TEAM, "U1", False)


@pytest.mark.parametrize("kind", [*EVENTS, "unheard_of", "", None, 5, ["user_change"]])
@pytest.mark.parametrize(
    "rest",
    [
        {},
        {"channel": None, "user": None, "tokens": None},
        {"channel": 5, "user": 5, "tokens": "all", "old_channel_id": 1, "new_channel_id": []},
        {"channel": {"id": None, "name": 3}, "user": {"id": None}, "tokens": {"bot": None}},
        {"channel": "C" * 500, "user": "U" * 500, "old_channel_id": "C1", "new_channel_id": "C1"},
        {"channel": ["C1"], "user": ["U1"], "tokens": ["bot"]},
    ],
)
def test_a_bad_shape_is_nothing_and_never_a_mistake(kind: Any, rest: dict[str, Any]) -> None:
    for grants in (None, "x", [None, 5, {"user_id": None}, {}]):
        found = from_event(body({"type": kind, **rest}, authorizations=grants, event_time="now"), TEAM)
        assert found is None or isinstance(found, RemovedNews)
    shapeless: tuple[Any, ...] = (None, [], "user_change", 5)
    for event in shapeless:
        assert from_event(body(event), TEAM) is None
    assert from_event({}, TEAM) is None


async def test_what_slack_tells_is_passed_on(slack: SlackFake, platform: SlackPlatform, heard: list[News]) -> None:
    await slack.change_person("U1MEI", tz="Europe/Rome")
    answer = await slack.archive_channel("C1SALES")

    assert answer.status == 200
    assert [type(one) for one in heard] == [PersonNews, ChannelNews]
    assert isinstance(heard[0], PersonNews)
    assert heard[0].profile.timezone == "Europe/Rome"


# --- channels that cannot be written to -------------------------------------------------------------------


async def test_a_channel_that_another_company_reads_gets_no_board(slack: SlackFake, platform: SlackPlatform) -> None:
    slack.channels["C1SALES"].is_ext_shared = True

    with pytest.raises(Unreachable) as refused:
        await platform.port.send(TEAMS_CHANNEL, card("board"), "key")

    assert (refused.value.why, refused.value.place) == (Why.SHARED, "sales")
    assert slack.texts("C1SALES") == []


async def test_where_the_team_allows_it_a_shared_channel_gets_its_board(
    slack: SlackFake, platform: SlackPlatform
) -> None:
    slack.channels["C1SALES"].is_ext_shared = True
    allowed = Address(1, "C1SALES", is_person=False, ref={"channel": "C1SALES", "shared": "allowed"})

    ref = await platform.port.send(allowed, card("board"), "key")
    await platform.port.update(ref, card("newer board"), "key")

    assert slack.texts("C1SALES") == ["newer board"]


async def test_a_board_that_stands_is_not_brought_up_to_date_for_another_company(
    slack: SlackFake, platform: SlackPlatform
) -> None:
    ref = await platform.port.send(TEAMS_CHANNEL, card("board"), "key")
    slack.channels["C1SALES"].is_ext_shared = True
    await slack.event({"type": "channel_shared", "channel": "C1SALES", "connected_team_id": "T2"})

    with pytest.raises(Unreachable):
        await platform.port.update(ref, card("newer board"), "key")

    assert slack.texts("C1SALES") == ["board"]


async def test_slack_is_asked_about_a_channel_once_and_again_after_news_of_it(
    slack: SlackFake, platform: SlackPlatform
) -> None:
    for key in ("a", "b", "c"):
        await platform.port.send(TEAMS_CHANNEL, card("board"), key)
    assert len(slack.called("conversations.info")) == 1

    await slack.rename_channel("C1SALES", "selling")
    await platform.port.send(TEAMS_CHANNEL, card("board"), "d")

    assert len(slack.called("conversations.info")) == 2


async def test_direct_messages_are_not_asked_about(slack: SlackFake, platform: SlackPlatform) -> None:
    ref = await platform.port.send(Address(1, "U1MEI", is_person=True), card("hello"), "key")
    await platform.port.update(ref, card("hello again"), "key")

    assert slack.called("conversations.info") == []


@pytest.mark.parametrize(
    ("state", "why", "place"),
    [
        ({"is_member": False}, Why.NOT_MEMBER, "sales"),
        ({"is_archived": True}, Why.ARCHIVED, "sales"),
        ({"is_member": False, "is_private": True}, Why.GONE, ""),
    ],
)
async def test_a_refusal_says_why_and_where(
    slack: SlackFake, platform: SlackPlatform, state: dict[str, bool], why: Why, place: str
) -> None:
    for name, value in state.items():
        setattr(slack.channels["C1SALES"], name, value)

    with pytest.raises(Unreachable) as refused:
        await platform.port.send(TEAMS_CHANNEL, card("board"), "key")

    assert (refused.value.why, refused.value.place) == (why, place)


@pytest.mark.parametrize("trouble", [TooMany(3), Broken(503), Refused("internal_error")])
async def test_where_slack_does_not_answer_nothing_is_sent_yet(
    slack: SlackFake, platform: SlackPlatform, trouble: Any
) -> None:
    slack.play("conversations.info", trouble)

    with pytest.raises((NotDelivered, RateLimited)):
        await platform.port.send(TEAMS_CHANNEL, card("board"), "key")

    assert slack.texts("C1SALES") == []


@pytest.mark.parametrize("code", ["missing_scope", "invalid_arguments", "what_comes_next_year"])
async def test_where_okra_may_not_see_who_reads_a_channel_no_board_goes_out_until_it_may(
    slack: SlackFake, platform: SlackPlatform, code: str
) -> None:
    slack.play("conversations.info", Refused(code))

    with pytest.raises(Unreachable) as refused:
        await platform.port.send(TEAMS_CHANNEL, card("board"), "key")
    assert (refused.value.why, slack.texts("C1SALES")) == (Why.UNSEEN, [])

    await platform.port.send(TEAMS_CHANNEL, card("board"), "key")
    assert slack.texts("C1SALES") == ["board"]


async def test_a_team_that_allows_a_shared_channel_needs_no_leave_to_see_who_reads_it(
    slack: SlackFake, platform: SlackPlatform
) -> None:
    slack.play("conversations.info", Refused("missing_scope"))
    allowed = Address(1, "C1SALES", is_person=False, ref={"channel": "C1SALES", "shared": "allowed"})

    await platform.port.send(allowed, card("board"), "key")

    assert slack.texts("C1SALES") == ["board"]


async def test_a_channel_that_was_shared_unheard_is_known_within_a_minute(
    slack: SlackFake, platform: SlackPlatform
) -> None:
    now = [0.0]
    platform.port.channels = Channels(lambda: now[0])
    ref = await platform.port.send(TEAMS_CHANNEL, card("board"), "key")
    slack.channels["C1SALES"].is_ext_shared = True

    now[0] = 60.0
    with pytest.raises(Unreachable):
        await platform.port.update(ref, card("newer board"), "key")

    assert slack.texts("C1SALES") == ["board"]


def _remembering(waited: list[float]) -> Any:
    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    return sleep
