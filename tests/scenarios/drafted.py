"""A draft of Growth, somebody above it who may be asked, and how the workspace has it approved."""

from datetime import date
from decimal import Decimal

from sqlmodel import Session, select

from bot.okr.drafts import KRDraft
from bot.okr.model import KRType
from storage import drafts
from storage import models as m
from tests.scenarios.week import Week

TITLE = "Make every first order a pleasure"


def person(session: Session, name: str) -> m.Person:
    return session.exec(select(m.Person).where(m.Person.handle == name)).one()


def growth(session: Session) -> m.Team:
    return session.exec(select(m.Team).where(m.Team.key == "GRO")).one()


def draft_of_two(week: Week, *, second_owner: str | None = "bea") -> m.Objective:
    """Ana has written an objective with two key results: Li answers for one, Bea (or nobody) for the other."""

    def write(session: Session) -> m.Objective:
        team = growth(session)
        cycle = session.exec(select(m.Cycle)).one()
        ana = person(session, "ana").id
        objective = drafts.draft_objective(session, team, cycle, TITLE, by_id=ana, now=week.clock.now())
        for title, owner, target in (("Repeat orders", "li", 35), ("Delivery complaints", second_owner, 5)):
            one = KRDraft(
                title=title,
                short_title=title,
                type=KRType.INCREASE if target == 35 else KRType.DECREASE,
                start=date(2026, 10, 1),
                due=date(2026, 12, 31),
                unit="%",
                baseline=Decimal(20),
                target=Decimal(target),
                lead_owner=None if owner is None else person(session, owner).id,
            )
            drafts.draft_key_result(session, objective, one, by_id=ana, now=week.clock.now())
        return objective

    return week.change(write)


def above(week: Week, lead: str, rule: m.ApprovalRule | None = None) -> None:
    """Growth is a part of the company, which this person leads; approval is as the rule says."""

    def make(session: Session) -> None:
        team = growth(session)
        company = m.Team(
            workspace_id=team.workspace_id,
            key="TEA",
            name="Teebee",
            kind=m.TeamKind.COMPANY,
            created_at=week.clock.now(),
        )
        session.add(company)
        session.flush()
        one = person(session, lead)
        session.add(
            m.Membership(workspace_id=team.workspace_id, person_id=one.id, team_id=company.id, role=m.TeamRole.LEAD)
        )
        team.parent_team_id = company.id
        session.add(team)
        workspace = session.get_one(m.Workspace, team.workspace_id)
        workspace.approval = rule
        session.add(workspace)

    week.change(make)


def state_of(week: Week, title: str = TITLE) -> m.ObjectiveState:
    return week.look(lambda session: session.exec(select(m.Objective).where(m.Objective.title == title)).one().state)
