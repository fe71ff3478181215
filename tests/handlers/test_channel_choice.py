"""Where a team's boards go: chosen from what Okra was let into, by a link, or in the very channel."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.cards.model import Choice, FieldValue, Form, TextField
from bot.cards.plain import plain_text
from bot.cli.place_links import place_named
from bot.handlers.commands import command
from bot.handlers.topics import FORMS
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Place, Submitted
from bot.views.forms import render_form
from storage import chats
from storage import models as m
from tests.handlers.talk import Talk

TENANT = "aaaaaaaa-0000-4000-8000-00000000cafe"
BOARD = "19:board@thread.tacv2"
SALES = "19:sales_1-2@thread.tacv2"
WEEKLY = "19:meeting_weekly@thread.v2"
LINK = f"https://teams.microsoft.com/l/channel/{{}}/Sales%20%26%20more?groupId=1-2&tenantId={TENANT}"
TEAM: Mapping[str, FieldValue] = {
    "title": "Weekly", "meeting_days": ("4",), "time": "10:00", "every": "1", "lead_minutes": "10", "duration": "45",
    "cadence": "weekly", "reminders": "2", "lang": "en", "rituals": ("weekly_checkin", "digest"),
}  # fmt: skip


def link(channel: str) -> str:
    return LINK.format(channel.replace(":", "%3a").replace("@", "%40"))


@pytest.fixture
def growth(talk: Talk) -> m.Team:
    """Growth, in a workspace that is on Teams; Okra was let into two places there. Mei leads it."""
    session = talk.office.session
    team = talk.office.team
    place = m.Installation(
        workspace_id=team.workspace_id, platform=m.Platform.TEAMS, external_id=TENANT, installed_at=talk.now
    )
    session.add(place)
    session.flush()
    team.installation_id, team.channel_ref = place.id, None
    met(talk, place, BOARD, parent_name="Growth", name="Board")
    met(talk, place, WEEKLY, kind=m.ChatKind.GROUP, name="Growth weekly")
    met(talk, place, "a:mei", kind=m.ChatKind.PERSONAL, person="mei")
    return team


def met(talk: Talk, place: m.Installation, chat: str, *, kind: m.ChatKind = m.ChatKind.CHANNEL, **more: str) -> m.Chat:
    ref = {"service_url": "https://pretend.example/", "conversation_id": chat, "tenant_id": TENANT, "bot_id": "28:okra"}
    return chats.keep(talk.office.session, place, chat, kind, ref, **more)  # type: ignore[arg-type]


def place_of(talk: Talk, team: m.Team) -> m.Installation:
    return talk.office.session.get_one(m.Installation, team.installation_id)


def lead(talk: Talk) -> m.Person:
    row = talk.office.session.exec(select(m.Membership).where(m.Membership.role == m.TeamRole.LEAD)).first()
    assert row is not None
    return talk.office.session.get_one(m.Person, row.person_id)


def asks(talk: Talk, text: str, channel: str = "") -> Reply:
    """The lead says it in a channel, or in the personal chat."""
    turn = talk.turn(lead(talk))
    if channel:
        turn.inbox.installation_id = place_of(talk, talk.office.team).id
        turn = replace(turn, inbound=replace(turn.inbound, place=Place.CHANNEL, channel=channel))
    return command(turn, text)


def form_of(talk: Talk, reply: Reply) -> Form:
    assert isinstance(reply, FormRequest), reply
    return render_form(talk.office.session, talk.office.cards, lead(talk), reply.name, reply.data, talk.now)


def field(form: Form, name: str) -> Choice | TextField:
    found = next(one for one in form.fields if one.name == name)
    assert isinstance(found, Choice | TextField)
    return found


def offered(form: Form) -> dict[str, str]:
    """What the choice offers: its words, and what comes back."""
    choice = field(form, "place")
    assert isinstance(choice, Choice)
    return dict(choice.options)


def sends(talk: Talk, **values: str) -> Reply:
    typed = {**TEAM, **{name: value for name, value in values.items() if value}}
    return FORMS["team_settings"](talk.turn(lead(talk)), Submitted("team_settings", "GRO", typed))


def told(talk: Talk, reply: Reply) -> str:
    talk.office.session.flush()
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, lead(talk)))


def channel_of(team: m.Team) -> str | None:
    return None if team.channel_ref is None else team.channel_ref["channel"]


# --- choosing -----------------------------------------------------------------------------------------


def test_the_form_offers_the_channels_that_okra_was_let_into_and_no_chat_of_others(talk: Talk, growth: m.Team) -> None:
    form = form_of(talk, asks(talk, "settings team"))

    assert list(offered(form)) == ["nowhere yet", "Growth › Board"]
    assert field(form, "place").initial == "stay"


def test_a_group_chat_is_offered_in_itself_and_where_it_is_in_use(talk: Talk, growth: m.Team) -> None:
    met(talk, place_of(talk, growth), "19:meeting_layoffs@thread.v2", kind=m.ChatKind.GROUP, name="Layoffs")
    here = offered(form_of(talk, asks(talk, "settings team", WEEKLY)))
    assert list(here) == ["nowhere yet", "here: Growth weekly", "Growth › Board"]

    told(talk, sends(talk, place=here["here: Growth weekly"]))

    assert channel_of(growth) == WEEKLY
    form = form_of(talk, asks(talk, "settings team"))
    assert list(offered(form)) == ["Growth weekly", "Growth › Board"]
    assert field(form, "place").initial == offered(form)["Growth weekly"]


def test_a_channel_is_chosen_by_its_name(talk: Talk, growth: m.Team) -> None:
    choices = offered(form_of(talk, asks(talk, "settings team")))

    text = told(talk, sends(talk, place=choices["Growth › Board"]))

    assert "channel: – → Growth › Board" in text
    assert channel_of(growth) == BOARD
    form = form_of(talk, asks(talk, "settings team"))
    assert field(form, "place").initial == choices["Growth › Board"]
    assert "nowhere yet" not in offered(form)


def test_left_alone_it_stays(talk: Talk, growth: m.Team) -> None:
    growth.channel_ref = {"channel": BOARD}
    form = form_of(talk, asks(talk, "settings team"))

    sends(talk, place=str(field(form, "place").initial), channel=str(field(form, "channel").initial))

    assert channel_of(growth) == BOARD


def test_a_channel_is_chosen_by_its_link(talk: Talk, growth: m.Team) -> None:
    met(talk, place_of(talk, growth), SALES)

    told(talk, sends(talk, channel=link(SALES)))

    assert channel_of(growth) == SALES


def test_what_is_typed_goes_before_what_is_chosen(talk: Talk, growth: m.Team) -> None:
    growth.channel_ref = {"channel": WEEKLY}
    choices = offered(form_of(talk, asks(talk, "settings team")))

    told(talk, sends(talk, place=choices["Growth weekly"], channel=link(BOARD)))

    assert channel_of(growth) == BOARD


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (link(SALES), "I was never in that channel or chat. Add the app Okra"),
        (link(BOARD).replace(TENANT, "bbbbbbbb-0000"), "in another organisation"),
        ("#board", "I cannot read that channel; copy its link"),
        ("C0123456789", "I cannot read that channel; copy its link"),
        ("a:mei", "I cannot read that channel; copy its link"),
        ("https://teams.example.com/l/channel/19%3aboard%40thread.tacv2/Board", "I cannot read that channel"),
        ("http://[", "I cannot read that channel"),
        ("x" * 1001, "longer than 1000 characters"),
    ],
)
def test_what_cannot_be_a_place_gets_one_sentence_and_changes_nothing(
    talk: Talk, growth: m.Team, text: str, sentence: str
) -> None:
    growth.channel_ref = {"channel": WEEKLY}

    reply = sends(talk, channel=text)

    assert isinstance(reply, FormErrors)
    assert sentence in reply.errors["channel"]
    assert channel_of(growth) == WEEKLY


def test_a_place_that_okra_was_taken_out_of_is_not_offered_and_not_taken(talk: Talk, growth: m.Team) -> None:
    met(talk, place_of(talk, growth), SALES, name="Sales")
    choices = offered(form_of(talk, asks(talk, "settings team")))
    row = chats.chat(talk.office.session, place_of(talk, growth).id, BOARD)
    assert row is not None
    row.left_at = talk.now
    talk.office.session.flush()

    assert "Growth › Board" not in offered(form_of(talk, asks(talk, "settings team")))
    assert isinstance(sends(talk, place=choices["Growth › Board"]), FormErrors)
    assert isinstance(sends(talk, channel=link(BOARD)), FormErrors)
    assert channel_of(growth) is None


def test_another_workspaces_places_are_neither_offered_nor_taken(talk: Talk, growth: m.Team) -> None:
    session = talk.office.session
    other = m.Workspace(name="Somebody else")
    session.add(other)
    session.flush()
    theirs = m.Installation(
        workspace_id=other.id, platform=m.Platform.TEAMS, external_id="their-tenant", installed_at=talk.now
    )
    session.add(theirs)
    session.flush()
    met(talk, theirs, "19:secret@thread.tacv2", name="Secret plans")

    assert not [name for name in offered(form_of(talk, asks(talk, "settings team"))) if "Secret" in name]
    for text in ("19:secret@thread.tacv2", link("19:secret@thread.tacv2").replace(TENANT, "their-tenant")):
        assert isinstance(sends(talk, channel=text), FormErrors)
    assert channel_of(growth) is None


# --- in the very channel --------------------------------------------------------------------------------


def test_asked_in_a_channel_that_is_nobodys_the_lead_gets_the_teams_form_with_it_chosen(
    talk: Talk, growth: m.Team
) -> None:
    form = form_of(talk, asks(talk, "settings", channel=BOARD))

    assert form.name == "team_settings"
    assert field(form, "place").initial == offered(form)["here: Growth › Board"]
    told(talk, sends(talk, place=str(field(form, "place").initial)))
    assert channel_of(growth) == BOARD


def test_where_the_boards_go_already_the_lead_means_their_own_settings(talk: Talk, growth: m.Team) -> None:
    growth.channel_ref = {"channel": BOARD}

    assert form_of(talk, asks(talk, "settings", channel=BOARD)).name == "my_settings"
    assert form_of(talk, asks(talk, "settings")).name == "my_settings"


def test_what_holds_stays_chosen_where_the_lead_asks_elsewhere(talk: Talk, growth: m.Team) -> None:
    growth.channel_ref = {"channel": WEEKLY}

    form = form_of(talk, asks(talk, "settings team", channel=BOARD))

    assert field(form, "place").initial == offered(form)["Growth weekly"]
    assert "here: Growth › Board" in offered(form)


def test_a_platform_that_tells_no_places_offers_the_one_asked_in(talk: Talk, growth: m.Team) -> None:
    session = talk.office.session
    slack = m.Installation(
        workspace_id=growth.workspace_id, platform=m.Platform.SLACK, external_id="T1", installed_at=talk.now
    )
    session.add(slack)
    session.flush()
    growth.installation_id = slack.id

    form = form_of(talk, asks(talk, "settings team", channel="C1SALES"))

    assert list(offered(form)) == [
        "nowhere yet", "here, where you asked · Slack", "Growth › Board · Teams"
    ]  # fmt: skip
    told(talk, sends(talk, place="C1SALES"))
    assert (growth.installation_id, channel_of(growth)) == (slack.id, "C1SALES")
    told(talk, sends(talk, channel=link(BOARD)))
    assert channel_of(growth) == BOARD
    assert place_of(talk, growth).platform is m.Platform.TEAMS


# --- links ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "channel", "organisation"),
    [
        ("C0123456789", "C0123456789", ""),
        ("https://pretend.slack.example/archives/C0123456789/p1", "C0123456789", ""),
        (BOARD, BOARD, ""),
        (link(BOARD), BOARD, TENANT),
        (link(BOARD).replace("teams.microsoft.com", "teams.cloud.microsoft"), BOARD, TENANT),
        ("https://teams.microsoft.com/l/chat/19%3Ameeting_weekly%40thread.v2/0?context=%7B%7D", WEEKLY, ""),
        (
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_weekly%40thread.v2/0?context=%7b%22Tid%22%3a%22"
            "aaaa-1%22%2c%22Oid%22%3a%22bb%22%7d",
            WEEKLY,
            "aaaa-1",
        ),
    ],
)
def test_a_link_means_its_channel(text: str, channel: str, organisation: str) -> None:
    found = place_named(text)

    assert found is not None
    assert (found.channel, found.organisation) == (channel, organisation)
