"""What a team's lead is told when a ritual cannot do its work: privately, in one sentence, at most once a month."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_
from bot.delivery.port import Why, why_of
from bot.okr.localtime import local_day
from storage import deliveries, directory, okrs, teams
from storage import models as m
from storage.zones import known_zone

CANNOT_REACH = N_("I cannot write to {name}, so their key results are not asked about. Please look into their account.")
NOT_ADDED_BY_THEM = N_(
    "I cannot write to {name}, so their key results are not asked about. Please ask them to add the app Okra; an admin "
    "can do that for everybody, too."
)
CANNOT_POST = N_("I cannot post in the channel of {team}, so its board was not shown. Please check that I am in it.")
NOT_IN = N_(
    "I am not in {channel}, so the board of {team} was not shown. Type /invite @Okra there: before the meeting begins, "
    "the board still goes out."
)
NOT_IN_IT = N_(
    "I am not in the channel of {team}, so its board was not shown. Type /invite @Okra there: before the meeting "
    "begins, the board still goes out."
)
NOT_ADDED = N_(
    "I am not in {channel}, so the board of {team} was not shown. Add the app Okra to its team or chat: before the "
    "meeting begins, the board still goes out."
)
NOT_ADDED_TO_IT = N_(
    "I am not in the channel of {team}, so its board was not shown. Add the app Okra to its team or chat: before the "
    "meeting begins, the board still goes out."
)
ARCHIVED = N_(
    "The channel of {team} is archived, so its board was not shown. Unarchive it, or choose another one: "
    "/okr settings team {key}"
)
WRITES_BLOCKED = N_(
    "I cannot write in the channel of {team} just now; perhaps its team is archived. So its board was not shown. "
    "Unarchive it, or choose another channel: /okr settings team {key}"
)
GONE = N_(
    "I cannot find the channel of {team}, so its board was not shown. If it is private, type /invite @Okra there; "
    "if it is gone, choose another one: /okr settings team {key}"
)
GONE_FOR_GOOD = N_(
    "The channel of {team} is gone, so its board was not shown. Choose another one: /okr settings team {key}"
)
SHARED = N_(
    "Another company reads the channel of {team}, so I did not post its board there. Choose another channel, or allow "
    "it: /okr settings team {key}"
)
GUESTS_READ = N_(
    "Guests or people of another company are in the channel of {team}, so I did not post its board there. Choose "
    "another channel, or allow it: /okr settings team {key}"
)
WHO_IS_UNSEEN = N_(
    "I am not allowed to see who reads the channel of {team}, so I did not post its board there. Please have the app "
    "Okra added again to its team or chat; or allow the channel: /okr settings team {key}"
)
UNSEEN = N_(
    "I am not allowed to see whether another company reads the channel of {team}, so I did not post its board there. "
    "Please have Okra installed again, with its scopes channels:read and groups:read; or allow the channel: "
    "/okr settings team {key}"
)
NO_CHANNEL = N_("{team} has no channel yet, so its board was not posted. Name one and the next board goes there.")

NOBODY_ANSWERS = N_(
    "Nobody answers for {krs} any more, because their owner has left; so nobody is asked about them. Name somebody: "
    "/okr own {kr} @name"
)


def nobody_answers(session: Session, labels: Sequence[str], workspace_id: int, now: datetime) -> None:
    """Key results (`GRO-2`) whose owner was erased: the lead of each team is asked who answers for them now (K09)."""
    by_team: dict[str, list[str]] = {}
    for label in labels:
        by_team.setdefault(label.rpartition("-")[0], []).append(label)
    for key, its in by_team.items():
        team = okrs.team_by_key(session, workspace_id, key)
        if team is not None:
            tell_lead(session, team, f"owner:{its[0]}", NOBODY_ANSWERS, now, krs=", ".join(its), kr=its[0])


def cannot_post(session: Session, team: m.Team, reason: str | None, now: datetime) -> None:
    """A channel that cannot be posted in: what the reason kept of the message says can be done about it."""
    why, place = why_of(reason)
    subject = f"channel:{team.id}:{why}"
    match why:
        case Why.NOT_MEMBER if directory.is_let_in(session, team.installation_id):
            name = directory.name_of_channel(session, team.installation_id, _channel(team))
            if name == _channel(team):
                tell_lead(session, team, subject, NOT_ADDED_TO_IT, now, team=team.name)
            else:
                tell_lead(session, team, subject, NOT_ADDED, now, team=team.name, channel=name)
        case Why.NOT_MEMBER if place:
            tell_lead(session, team, subject, NOT_IN, now, team=team.name, channel=f"#{place}")
        case Why.NOT_MEMBER:
            tell_lead(session, team, subject, NOT_IN_IT, now, team=team.name)
        case Why.GONE if directory.is_let_in(session, team.installation_id):
            tell_lead(session, team, subject, GONE_FOR_GOOD, now, team=team.name, key=team.key)
        case Why.ARCHIVED if directory.is_let_in(session, team.installation_id):
            tell_lead(session, team, subject, WRITES_BLOCKED, now, team=team.name, key=team.key)
        case Why.SHARED if directory.has_guests(session, team.installation_id):
            tell_lead(session, team, subject, GUESTS_READ, now, team=team.name, key=team.key)
        case Why.UNSEEN if directory.is_let_in(session, team.installation_id):
            tell_lead(session, team, subject, WHO_IS_UNSEEN, now, team=team.name, key=team.key)
        case Why.OTHER:
            tell_lead(session, team, f"channel:{team.id}", CANNOT_POST, now, team=team.name)
        case _:
            sentence = {Why.ARCHIVED: ARCHIVED, Why.GONE: GONE, Why.SHARED: SHARED, Why.UNSEEN: UNSEEN}[why]
            tell_lead(session, team, subject, sentence, now, team=team.name, key=team.key)


def _channel(team: m.Team) -> str:
    return str((team.channel_ref or {}).get("channel", ""))


def cannot_reach(session: Session, team: m.Team, person_id: int, now: datetime) -> None:
    """An owner whose account is off, who took Okra away or never let it in, or who cannot be written to otherwise."""
    person = session.get_one(m.Person, person_id)
    lets_in = person.active and directory.lets_people_in(session, person_id)
    sentence = NOT_ADDED_BY_THEM if lets_in else CANNOT_REACH
    tell_lead(session, team, f"person:{person.id}", sentence, now, name=person.short_name)


def tell_lead(session: Session, team: m.Team, subject: str, msgid: str, now: datetime, /, **params: str) -> None:
    """Put the sentence into the outbox for the lead; a team without one tells nobody, and `plan` shows it."""
    lead = teams.lead_of(session, team.id)
    if lead is None or subject == f"person:{lead.id}":
        return
    workspace = session.get_one(m.Workspace, team.workspace_id)
    deliveries.plan_delivery(
        session,
        workspace_id=team.workspace_id,
        kind="lead_notice",
        subject=f"{subject}:lead:{lead.id}",
        period=f"{local_day(now, known_zone(workspace.timezone)):%Y-%m}",
        due_at=now,
        now=now,
        person_id=lead.id,
        data={"msgid": msgid, "params": params, "team": team.id},
    )
