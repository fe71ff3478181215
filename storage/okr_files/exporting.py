"""Exports: what a reader may see, as an OKR file (JSON) or a sheet (CSV); importing either changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.okr.access import Actor
from storage import models as m
from storage.okr_files.exporting_csv import to_csv
from storage.okr_files.exporting_okrs import (
    agreement_docs,
    health_docs,
    next_step_docs,
    objective_docs,
    win_docs,
)
from storage.okr_files.exporting_people import cycle_docs, people_docs, team_docs, workspace_doc
from storage.okr_files.exporting_scope import Scope
from storage.okr_files.exporting_values import Doc, Value, to_json
from storage.okr_files.scalars import VERSION
from storage.okr_files.stored import Kind, load_changes, load_history, load_said, load_stored


@dataclass(frozen=True, slots=True)
class Extent:
    """How much an export holds."""

    objectives: int
    key_results: int


def export_json(
    session: Session, workspace: m.Workspace, teams: Sequence[m.Team] | None, audience: Actor | None
) -> bytes:
    """The OKR file of these teams (None: of all), as far as `audience` may see it; None is whoever runs Okra.

    Only they get the settings of people and workspace. The same rows make the same bytes, and an import of them
    changes nothing (docs/export.md). A bounded number of queries.
    """
    found = _whole(_scope(session, workspace, teams, audience, history=True), details=audience is None, meetings=True)
    return (to_json(found) + "\n").encode()


def export_csv(
    session: Session, workspace: m.Workspace, teams: Sequence[m.Team] | None, audience: Actor | None
) -> bytes:
    """The same as a sheet, one record a row: OKRs and their history, without settings."""
    found = _whole(_scope(session, workspace, teams, audience, history=True), details=False, meetings=False)
    return to_csv(found)


def extent(session: Session, workspace: m.Workspace, teams: Sequence[m.Team] | None, audience: Actor | None) -> Extent:
    """How much an export of these teams holds for this reader."""
    scope = _scope(session, workspace, teams, audience, history=False)
    return Extent(len(scope.objectives), len(scope.kr_ids))


def _scope(
    session: Session,
    workspace: m.Workspace,
    teams: Sequence[m.Team] | None,
    audience: Actor | None,
    *,
    history: bool,
) -> Scope:
    stored = load_stored(session, workspace.name)
    every = [row for ref, row in stored.rows.items() if ref.kind is Kind.TEAM and isinstance(row, m.Team)]
    scope = Scope(stored, workspace, audience, sorted(every if teams is None else teams, key=lambda one: one.key))
    scope.choose()
    if history:
        zones = {team.key: team.timezone or workspace.timezone for team in every}
        load_said(session, stored, lambda key: zones.get(key, workspace.timezone))
        load_history(session, stored, scope.kr_ids)
        load_changes(session, stored)
    return scope


def _whole(scope: Scope, *, details: bool, meetings: bool) -> Doc:
    """What names people and teams comes first, and they after it: a file contains everyone whom it names."""
    okrs: dict[str, list[Value]] = {
        "objectives": objective_docs(scope),
        "next_steps": next_step_docs(scope),
        "wins": win_docs(scope),
        "health": health_docs(scope),
        "agreements": agreement_docs(scope),
    }
    cycles = cycle_docs(scope)
    teams = team_docs(scope, details=details, meetings=meetings)
    people_docs(scope, details=details)  # delegates may be named by those who are away
    whole: dict[str, Value] = {
        "okra": VERSION,
        "workspace": workspace_doc(scope, details=details),
        "people": people_docs(scope, details=details),
        "teams": teams,
        "cycles": cycles,
        **okrs,
    }
    return {key: value for key, value in whole.items() if value != []}
