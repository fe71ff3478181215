"""All kinds of message the clock and the conversations send: how each is checked, composed and followed up."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, col

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.okr.localtime import local_day
from bot.okr.planning.meetings import is_day_off
from bot.rituals import (
    absence,
    agreements,
    approvals,
    care,
    changes,
    company,
    health,
    home,
    next_steps,
    setting_up,
    wins,
)
from bot.rituals import person_messages as wanted
from bot.rituals.lead import cannot_post, cannot_reach
from bot.views import digest, owning, prompt
from bot.views.answers import render_answer
from bot.views.facts import team_facts
from storage import agendas, asked, conversations, deliveries, homes, teams
from storage import models as m
from storage.zones import known_zone

DIGEST_MAY_BE_LATE = timedelta(minutes=10)
ASKING = ("check_in", "reminder_1", "reminder_2", "snooze")
"""The messages of a question: they stand until the next one."""
CLOSED_WITHIN = timedelta(days=21)
"""An older question was closed by one between."""
Compose = Callable[[Session, m.Delivery, datetime], Card]


def message_kinds(cards: Cards) -> Registry:
    """The registry that delivery works from."""
    kinds = _Kinds(cards)
    return {
        "welcome": MessageKind(kinds.welcome, wanted.welcome_wanted),
        "check_in": MessageKind(kinds.check_in, wanted.check_in_wanted, kinds.check_in_settled),
        "reminder_1": MessageKind(kinds.reminder(second=False), wanted.reminder_wanted),
        "reminder_2": MessageKind(kinds.reminder(second=True), wanted.reminder_wanted),
        "snooze": MessageKind(kinds.reminder(second=False), wanted.snooze_wanted),
        "stale": MessageKind(kinds.stale, wanted.silence_wanted, kinds.person_settled),
        "dark": MessageKind(kinds.dark, wanted.silence_wanted),
        "nudge": MessageKind(kinds.nudge, wanted.at_once_wanted, kinds.person_settled),
        "not_mine": MessageKind(kinds.not_mine, wanted.at_once_wanted),
        "lead_notice": MessageKind(kinds.lead_notice, wanted.at_once_wanted),
        "answer": MessageKind(kinds.answer, urgent=True),
        "digest": MessageKind(
            kinds.digest,
            digest_wanted,
            kinds.digest_settled,
            updates_per_minute=1,
            frozen=meeting_began,
            before_others=True,
        ),
        **absence.kinds(cards),
        **agreements.kinds(cards),
        **approvals.kinds(cards),
        **care.kinds(cards),
        **changes.kinds(cards),
        **company.kinds(cards),
        **health.kinds(cards),
        **home.kinds(cards),
        **next_steps.kinds(cards),
        **setting_up.kinds(cards),
        **wins.kinds(cards),
    }


def digest_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The digest: its meeting is to come (or began up to ten minutes ago), and the day is not a holiday after all."""
    team = session.get_one(m.Team, row.team_id)
    if team.channel_ref is None:
        return Skip("the team has no channel")
    run = digest_run(session, row)
    if run is None:
        return Skip("its meeting is gone")
    if run.meeting_at is not None and now > run.meeting_at + DIGEST_MAY_BE_LATE:
        return Skip("the meeting had begun")
    if run.meeting_at is None and now > row.due_at + timedelta(hours=24):
        return Skip("its day is over")
    facts = team_facts(session, team, now)
    meeting = None if run.meeting_id is None else session.get(m.Meeting, run.meeting_id)
    day = local_day(run.meeting_at or now, known_zone(None if meeting is None else meeting.timezone, facts.zone))
    if facts.cycle is None:
        return Skip("no active cycle on that day")
    if is_day_off(facts, day) and not run.is_extra:
        return Skip("holiday or company shutdown on the meeting day")
    return None


def meeting_began(session: Session, row: m.Delivery, now: datetime) -> bool:
    """From then on the digest stays as it is (spec/08 §13.1)."""
    run = digest_run(session, row)
    return run is not None and run.meeting_at is not None and now >= run.meeting_at


def digest_run(session: Session, row: m.Delivery) -> m.RitualRun | None:
    """The run a digest belongs to."""
    if row.team_id is None:
        return None
    return agendas.run_of(session, row.team_id, m.RitualKind.DIGEST, row.period)


class _Kinds:
    """Composing, with the cards at hand."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def welcome(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        person = session.get_one(m.Person, row.person_id)
        workspace = session.get_one(m.Workspace, row.workspace_id)
        team = session.get_one(m.Team, row.data["team"])
        lead = teams.lead_of(session, team.id)
        del now
        return self._cards.card(
            "welcome",
            person.lang.value,
            workspace=workspace.name,
            lead=team.name if lead is None else None if lead.id == person.id else lead.short_name,
            kr_count=len(conversations.owned_key_results(session, person.id)),
        )

    def check_in(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        return prompt.check_in_card(session, self._cards, session.get_one(m.Prompt, row.prompt_id), now)

    def reminder(self, *, second: bool) -> Compose:
        def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
            asked = session.get_one(m.Prompt, row.prompt_id)
            return prompt.reminder_card(session, self._cards, asked, now, second=second)

        return compose

    def stale(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        person = session.get_one(m.Person, row.person_id)
        since = row.sending_at or now
        return prompt.stale_card(session, self._cards, person, int(row.data["krs"][0]), since, now)

    def dark(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        lead = session.get_one(m.Person, row.person_id)
        return prompt.dark_card(session, self._cards, lead, int(row.data["krs"][0]), now)

    def nudge(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        owner = session.get_one(m.Person, row.person_id)
        return prompt.nudge_card(session, self._cards, owner, int(row.data["krs"][0]), int(row.data["by"]), now)

    def not_mine(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        return owning.not_mine_card(session, self._cards, row, now)

    def lead_notice(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        lead = session.get_one(m.Person, row.person_id)
        del now
        text = self._cards.text(row.data["msgid"], lead.lang.value, **row.data["params"])
        return self._cards.card("notice", lead.lang.value, text=text)

    def answer(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        person = session.get_one(m.Person, row.person_id)
        data = dict(row.data["data"])
        newest = conversations.newest_answer(session, person.id)
        data["newest"] = newest is None or newest.id == row.id
        return render_answer(session, self._cards, person, row.data["name"], data, now)

    def digest(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        run = digest_run(session, row)
        if run is None:
            raise LookupError("the digest's run is gone")
        if run.is_extra:
            team = session.get_one(m.Team, run.team_id)
            return digest.digest_preview(session, self._cards, team, team.lang.value, now)
        if row.state is m.DeliveryState.SENT:
            digest.record_digest(session, self._cards, run, now)  # the figures of the last version shown are kept
        return digest.digest_card(session, self._cards, run, now)

    def digest_settled(self, session: Session, row: m.Delivery, outcome: m.DeliveryState) -> None:
        """What the digest showed is kept: the next one tells what has changed since. An extra one is not: the week's
        trend is told from meeting to meeting."""
        run = digest_run(session, row)
        if run is not None and not run.is_extra and outcome is m.DeliveryState.SENT and row.sent_at is not None:
            digest.record_digest(session, self._cards, run, row.sent_at)
        if outcome is m.DeliveryState.FAILED and row.team_id is not None:
            team = session.get_one(m.Team, row.team_id)
            cannot_post(session, team, row.reason, row.updated_at or row.due_at)

    def check_in_settled(self, session: Session, row: m.Delivery, outcome: m.DeliveryState) -> None:
        """A question that went out closes the one before it: that shows its receipts and offers no buttons."""
        self.person_settled(session, row, outcome)
        if outcome is m.DeliveryState.SENT and row.person_id is not None:
            homes.show_person(session, row.person_id, row.sent_at or row.due_at)
            conversations.close_all_questions(session, row.person_id, row.sent_at or row.due_at)
            before = asked.asked_before(session, row, ASKING, row.due_at - CLOSED_WITHIN)
            if before is not None:  # whatever was asked before that one was closed by it
                deliveries.want_newest(session, col(m.Delivery.prompt_id) == before, col(m.Delivery.kind).in_(ASKING))

    def person_settled(self, session: Session, row: m.Delivery, outcome: m.DeliveryState) -> None:
        """Someone who cannot be written to: the ritual goes on for the others, and the lead is told once."""
        if outcome is m.DeliveryState.FAILED and row.person_id is not None and row.data.get("team"):
            team = session.get_one(m.Team, int(row.data["team"]))
            cannot_reach(session, team, row.person_id, row.updated_at or row.due_at)
