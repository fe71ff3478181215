"""A question goes out: its run, prompt and items, over all teams of a person; and whose it is when people change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col

from bot.okr import planning
from bot.views.facts import team_facts
from storage import agendas, conversations, deliveries
from storage import models as m

log = structlog.get_logger()

OPEN_FOR = timedelta(days=14)
"""A question stands until the next one: a week, or two."""
IN_QUESTION = (m.ItemState.OPEN, m.ItemState.HANDED_OVER)
Together = Sequence[tuple[m.Team, planning.Planned]]


@dataclass
class OtherTeams:
    """The other teams of the people of one team, each loaded at most once, and only for who is in several."""

    session: Session
    team: m.Team
    now: datetime
    _facts: dict[int, planning.TeamFacts | None] = field(default_factory=dict)

    def asked_with(self, one: planning.Planned) -> Together:
        """What other teams ask the same person in this very question (spec/03 §7.4); nothing for one that is out."""
        person_id = one.person_id
        if one.skip is not None or person_id is None or agendas.was_asked(self.session, person_id, one.period):
            return []
        found = []
        for team in agendas.other_teams_asking(self.session, person_id, self.team.id, self.now.date()):
            facts = self._facts_of(team)
            person = None if facts is None else facts.people.get(person_id)
            if facts is None or person is None:
                continue
            ahead = planning.plan(
                facts, planning.Ritual.WEEKLY_CHECK_IN, self.now, self.now + planning.LOOK_AHEAD
            ).messages
            for each in planning.asked_together(person, one, ahead, self.now):
                if each.message is planning.Message.CHECK_IN or not self._is_out(each):
                    found.append((team, planning.as_asked_at(facts, person, each, self.now)))
        return found

    def _facts_of(self, team: m.Team) -> planning.TeamFacts | None:
        if team.id not in self._facts:
            try:
                self._facts[team.id] = team_facts(self.session, team, self.now)
            except ValueError as error:  # what is wrong with another team keeps nobody of this one waiting
                log.warning("cannot look at", team=team.key, problem=str(error))
                self._facts[team.id] = None
        return self._facts[team.id]

    def _is_out(self, one: planning.Planned) -> bool:
        return deliveries.delivery_of(self.session, one.message.value, one.subject, one.period) is not None


def open_prompt(session: Session, team: m.Team, one: planning.Planned, period: str, now: datetime) -> m.Prompt | None:
    """The run, the prompt of `period`, and an item per key result; a prompt that is there gets what it has not yet.

    Nothing is added to a question once the digest that shows its answers is out.
    """
    if one.person_id is None:
        return None
    if one.skip is not None and one.skip is not planning.SkipReason.UPDATED_RECENTLY and one.asked_in is None:
        return None
    prompt = agendas.prompt_of(session, one.person_id, period)
    if prompt is not None and one.digest_at is not None and now >= one.digest_at:
        return prompt
    if prompt is None:
        prompt = m.Prompt(
            workspace_id=team.workspace_id,
            person_id=one.person_id,
            kind=m.RitualKind.WEEKLY_CHECK_IN,
            period=period,
            first_ever=not agendas.has_prompts(session, one.person_id),
        )
        session.add(prompt)
        session.flush()
        if prompt.first_ever and conversations.owned_key_results(session, one.person_id):
            _welcome(session, team, one)
    present = {item.kr_id for item in agendas.items_of(session, prompt.id)}
    wanted = [(kr_id, m.ItemState.OPEN) for kr_id in one.kr_ids]
    wanted += [(kr_id, m.ItemState.SUPPRESSED) for kr_id in one.suppressed_kr_ids]
    missing = [(kr_id, state) for kr_id, state in wanted if kr_id not in present]
    health = sorted({*prompt.health, *one.health_ids})
    more_health = health != sorted(prompt.health)
    if one.kr_ids or one.suppressed_kr_ids:
        _add_items(session, team, one, prompt, missing)
    if more_health:
        prompt.health = health
        session.add(prompt)
        session.flush()
    if present and (missing or more_health):
        deliveries.want_newest(session, col(m.Delivery.prompt_id) == prompt.id)
    return prompt


def _add_items(
    session: Session,
    team: m.Team,
    one: planning.Planned,
    prompt: m.Prompt,
    missing: Sequence[tuple[int, m.ItemState]],
) -> None:
    run = agendas.open_run(
        session,
        team,
        m.RitualKind.WEEKLY_CHECK_IN,
        one.period,
        meeting_id=one.meeting_id,
        meeting_at=one.meeting_at,
        digest_at=one.digest_at,
    )
    for kr_id, state in missing:
        session.add(
            m.PromptItem(workspace_id=team.workspace_id, prompt_id=prompt.id, run_id=run.id, kr_id=kr_id, state=state)
        )
    session.flush()


def hand_over(session: Session, team: m.Team, facts: planning.TeamFacts, now: datetime) -> None:
    """Whose a question is, is whose the key result is: items move on quietly when owners change, leave and come back.

    Whoever it was asked of sees with whom it is now. What the next one is asked, the plan of this tick says.
    """
    by_id = {kr.id: kr for kr in facts.key_results if kr.ask}
    for item, prompt in agendas.items_in_question(session, team.id, now - OPEN_FOR):
        kr = by_id.get(item.kr_id)
        if kr is None:
            continue
        mine = planning.answers_for(facts, prompt.person_id, kr, now)
        if mine is (item.state is m.ItemState.OPEN):
            continue
        newest = agendas.newest_prompt(session, prompt.person_id)
        if mine and (newest is None or newest.id != prompt.id):
            continue
        session.refresh(item, with_for_update=True)
        if mine is (item.state is m.ItemState.OPEN) or item.state not in IN_QUESTION:
            continue  # somebody said something at this very moment
        if mine:
            _take_back(session, item, prompt, now)
        else:
            item.state = m.ItemState.HANDED_OVER
        session.add(item)
        session.flush()
        deliveries.want_newest(session, col(m.Delivery.prompt_id) == prompt.id)


def _take_back(session: Session, item: m.PromptItem, prompt: m.Prompt, now: datetime) -> None:
    """Back earlier: what somebody said meanwhile stands, what nobody did is open again."""
    said = conversations.answer_of_another(session, item.kr_id, prompt.created_at or now, prompt.person_id)
    item.state = m.ItemState.OPEN if said is None else m.ItemState.ANSWERED_BY_OTHER
    item.checkin_id = None if said is None else said.id


def _welcome(session: Session, team: m.Team, one: planning.Planned) -> None:
    """Before the first question ever: who asks, why, and that one tap is enough (spec/07 §12.7)."""
    deliveries.plan_delivery(
        session,
        workspace_id=team.workspace_id,
        kind="welcome",
        subject=f"person:{one.person_id}",
        period="once",
        due_at=one.due_at,
        now=one.due_at,
        person_id=one.person_id,
        data={"team": team.id},
    )
