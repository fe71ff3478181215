"""Objectives and key results that are being written: rows that nobody is asked about."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.clock import MovableClock
from bot.okr.drafts import KRDraft, StepDraft, kr_draft_of
from bot.okr.kr_lines import read_kr_line
from bot.okr.model import Cadence, Commitment, KRState, KRType, PaceProfile
from storage import drafts, okrs, teams
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, new_database

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return new_database(tmp_path, MovableClock(MORNING))


def found(session: Session) -> tuple[m.Team, m.Cycle, m.Person]:
    workspace = m.Workspace(name="Teebee", timezone="Europe/Madrid")
    session.add(workspace)
    session.flush()
    team = m.Team(workspace_id=workspace.id, key="GRO", name="Growth")
    cycle = m.Cycle(workspace_id=workspace.id, name="2026 Q4", first_day=FIRST, last_day=LAST)
    bea = m.Person(workspace_id=workspace.id, handle="bea", display_name="Bea", short_name="Bea")
    session.add_all([team, cycle, bea])
    session.flush()
    return team, cycle, bea


def line(text: str, person: m.Person | None = None) -> KRDraft:
    owner = None if person is None else person.id
    return kr_draft_of(read_kr_line(text), start=FIRST, due=LAST, lead_owner=owner)


def test_an_objective_and_its_key_results_are_numbered_and_stay_drafts(db: Database) -> None:
    def write(session: Session) -> None:
        team, cycle, bea = found(session)
        first = drafts.draft_objective(session, team, cycle, "Become the shop", by_id=bea.id, now=MORNING)
        second = drafts.draft_objective(session, team, cycle, "Win", why="Because", by_id=bea.id, now=MORNING)
        one = drafts.draft_key_result(session, first, line("NPS from 30 to 50"), by_id=bea.id, now=MORNING)
        two = drafts.draft_key_result(session, second, line("Make it nice"), by_id=bea.id, now=MORNING)

        assert [(row.number, row.state, row.drafted_by_id) for row in (first, second)] == [
            (1, m.ObjectiveState.DRAFT, bea.id),
            (2, m.ObjectiveState.DRAFT, bea.id),
        ]
        assert [(row.number, row.state, row.published_on) for row in (one, two)] == [
            (1, KRState.DRAFT, None),
            (2, KRState.DRAFT, None),
        ]
        assert two.type is KRType.MILESTONE  # yes or no, for it says no number
        written = drafts.drafts_of(session, team, cycle)
        assert [(each.objective.title, [kr.title for kr in each.key_results]) for each in written] == [
            ("Become the shop", ["NPS from 30 to 50"]),
            ("Win", ["Make it nice"]),
        ]
        assert list(drafts.key_results_of(session, first.id)) == [one]
        rows = teams.team_rows(session, team, date(2026, 11, 12))
        assert (list(rows.objectives), list(rows.key_results)) == ([], [])  # on no board

    db.write_now(write)
    db.close()


def test_everything_that_a_draft_says_comes_back(db: Database) -> None:
    def write(session: Session) -> None:
        team, cycle, bea = found(session)
        objective = drafts.draft_objective(session, team, cycle, "Win", by_id=bea.id, now=MORNING)
        meant = replace(
            line("Reach 1,200 accounts", bea),
            anchors=(Decimal(300), Decimal(700), Decimal(1200)),
            target=Decimal(1200),
            metric="accounts",
            stretch=Commitment.COMMITTED,
            weight=Decimal(2),
            pace=PaceProfile.SLOW_START,
            tag="business",
            cadence=Cadence.BIWEEKLY,
            answer_policy="lead",
            aliases=("accounts",),
            initial_confidence=Decimal(5),
        )
        row = drafts.draft_key_result(session, objective, meant, by_id=bea.id, now=MORNING)
        steps = (StepDraft("Design", Decimal(2), date(2026, 11, 1)), StepDraft("Launch"))
        co = m.Person(workspace_id=team.workspace_id, handle="li", display_name="Li", short_name="Li")
        session.add(co)
        session.flush()
        stepped = replace(line("Publish the guide", bea), steps=steps, co_owners=(co.id, bea.id))
        other = drafts.draft_key_result(session, objective, stepped, by_id=bea.id, now=MORNING)

        assert drafts.draft_of(session, row) == meant
        assert drafts.draft_of(session, other) == replace(stepped, co_owners=(co.id,))

    db.write_now(write)
    db.close()


def test_one_that_is_added_to_a_published_objective_is_active_from_its_teams_day(db: Database) -> None:
    def write(session: Session) -> None:
        team, cycle, bea = found(session)
        objective = drafts.draft_objective(session, team, cycle, "Win", by_id=bea.id, now=MORNING)
        objective.state = m.ObjectiveState.ACTIVE
        row = drafts.draft_key_result(
            session, objective, line("NPS from 30 to 50", bea), by_id=bea.id, now=MORNING, state=KRState.ACTIVE
        )

        assert (row.state, row.published_on) == (KRState.ACTIVE, MORNING.date())
        assert [one.id for one in okrs.key_results_of(session, [objective.id])] == [row.id]

    db.write_now(write)
    db.close()


def test_an_objective_is_found_by_its_token_and_an_older_one_is_given_its_own(db: Database) -> None:
    def write(session: Session) -> None:
        team, cycle, bea = found(session)
        objective = drafts.draft_objective(session, team, cycle, "Win", by_id=bea.id, now=MORNING)
        objective.token = None
        session.flush()

        token = drafts.token_of(session, objective)

        assert drafts.token_of(session, objective) == token
        assert drafts.objective_by_token(session, token) == objective
        assert drafts.objective_by_token(session, "nothing") is None

    db.write_now(write)
    db.close()
