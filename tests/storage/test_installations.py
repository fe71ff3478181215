"""Where Okra is installed: a place comes, goes and comes back, and never sees what belongs to another."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from storage import installations, ways
from storage import models as m
from storage.installations import Granted, Installed, Refusal, Refused
from storage.session import Database
from tests.storage.databases import MORNING, new_database

SLACK = m.Platform.SLACK
LATER = MORNING + timedelta(hours=1)
ACME = Granted(SLACK, "T1", "Acme", "sealed-1", "UBOT1", frozenset({"chat:write", "commands"}))
BLUE = Granted(SLACK, "T2", "Blue", "sealed-2", "UBOT2", frozenset({"chat:write"}), "E1")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    one = new_database(tmp_path, MovableClock(MORNING))
    yield one
    one.close()


def row(db: Database, external_id: str = "T1") -> m.Installation:
    found = db.read_now(installations.installation, SLACK, external_id)
    assert found is not None
    return found


def names(db: Database) -> list[str]:
    return [one.name for one in db.read_now(installations.workspaces)]


def add_workspace(session: Session, name: str) -> int:
    workspace = m.Workspace(name=name)
    session.add(workspace)
    session.flush()
    return workspace.id


def test_an_unknown_place_becomes_a_workspace_of_its_own(db: Database) -> None:
    db.write_now(add_workspace, "Teebee")

    assert db.write_now(installations.install, ACME, MORNING) == Installed("Acme", is_new=True)

    assert names(db) == ["Teebee", "Acme"]
    found = row(db)
    assert (found.name, found.tokens, found.bot_id) == ("Acme", "sealed-1", "UBOT1")
    assert (found.scopes, found.enterprise_id) == ("chat:write,commands", None)
    assert (found.state, found.installed_at, found.removed_at) == (m.InstallationState.ACTIVE, MORNING, None)


def test_two_places_of_one_name_are_two_workspaces(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    db.write_now(installations.install, replace(BLUE, name="Acme"), MORNING)
    done = db.write_now(installations.install, replace(BLUE, external_id="T3", name="Acme"), MORNING)

    assert names(db) == ["Acme", "Acme (2)", "Acme (3)"]
    assert done == Installed("Acme (3)", is_new=True)


def test_a_long_name_fits_twice(db: Database) -> None:
    for number in range(2):
        db.write_now(installations.install, replace(ACME, external_id=f"T{number}", name="n" * 200), MORNING)

    assert names(db) == ["n" * 80, "n" * 76 + " (2)"]


def test_installing_again_keeps_the_workspace_and_replaces_the_token(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    first = row(db)
    again = replace(ACME, name="Acme Ltd", tokens="sealed-new", scopes=frozenset({"commands"}))

    assert db.write_now(installations.install, again, LATER) == Installed("Acme", is_new=False)

    found = row(db)
    assert (found.id, found.workspace_id) == (first.id, first.workspace_id)
    assert (found.tokens, found.scopes, found.name) == ("sealed-new", "commands", "Acme Ltd")
    assert found.installed_at == LATER
    assert names(db) == ["Acme"]


def test_a_place_goes_into_the_workspace_that_its_link_names(db: Database) -> None:
    into = db.write_now(add_workspace, "Teebee")

    assert db.write_now(installations.install, ACME, MORNING, into) == Installed("Teebee", is_new=False)

    assert names(db) == ["Teebee"]
    assert row(db).workspace_id == into


def test_a_link_into_a_workspace_that_is_gone_changes_nothing(db: Database) -> None:
    assert db.write_now(installations.install, ACME, MORNING, 99) == Refused(Refusal.NO_SUCH_WORKSPACE)

    assert db.read_now(installations.of_platform, SLACK) == []
    assert names(db) == []


@pytest.mark.parametrize("removed", [False, True])
def test_a_place_never_moves_to_another_workspace(db: Database, removed: bool) -> None:
    db.write_now(installations.install, ACME, MORNING)
    into = db.write_now(add_workspace, "Teebee")
    if removed:
        db.write_now(installations.revoke, SLACK, "T1", MORNING)

    done = db.write_now(installations.install, replace(ACME, tokens="sealed-new"), LATER, into)

    assert done == Refused(Refusal.BELONGS_ELSEWHERE, "Acme")
    assert row(db).tokens == (None if removed else "sealed-1")
    assert row(db).workspace_id != into


def test_a_workspace_has_one_place_at_a_time(db: Database) -> None:
    into = db.write_now(add_workspace, "Teebee")
    db.write_now(installations.install, ACME, MORNING, into)

    assert db.write_now(installations.install, BLUE, LATER, into) == Refused(Refusal.HAS_ANOTHER, "Acme")
    db.write_now(installations.revoke, SLACK, "T1", LATER)
    assert db.write_now(installations.install, BLUE, LATER, into) == Installed("Teebee", is_new=False)


def test_a_removed_place_sends_nothing_and_its_token_is_gone(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    db.write_now(installations.install, BLUE, MORNING)

    assert db.write_now(installations.revoke, SLACK, "T1", LATER)

    found = row(db)
    assert (found.state, found.tokens, found.removed_at) == (m.InstallationState.REVOKED, None, LATER)
    assert list(db.read_now(ways.active_installations)) == [row(db, "T2").id]


def test_removed_twice_or_unknown_changes_nothing(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    db.write_now(installations.revoke, SLACK, "T1", MORNING)

    assert not db.write_now(installations.revoke, SLACK, "T1", LATER)
    assert not db.write_now(installations.revoke, SLACK, "T9", LATER)
    assert row(db).removed_at == MORNING


def test_a_removal_that_is_told_late_does_not_undo_a_new_installation(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    db.write_now(installations.revoke, SLACK, "T1", MORNING)
    db.write_now(installations.install, ACME, LATER)

    assert not db.write_now(installations.revoke, SLACK, "T1", LATER, happened_at=MORNING)
    assert row(db).state is m.InstallationState.ACTIVE
    assert db.write_now(installations.revoke, SLACK, "T1", LATER, happened_at=LATER)


def test_a_removed_place_comes_back_by_installing(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    db.write_now(installations.revoke, SLACK, "T1", MORNING)

    assert db.write_now(installations.install, ACME, LATER) == Installed("Acme", is_new=False)

    found = row(db)
    assert (found.state, found.tokens, found.removed_at) == (m.InstallationState.ACTIVE, "sealed-1", None)
    assert found.installed_at == LATER


def test_what_the_settings_have_no_key_to_is_set_aside_and_comes_back_with_it(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    db.write_now(installations.install, BLUE, MORNING)

    aside = db.write_now(installations.use_only, SLACK, lambda one: one.external_id == "T2", LATER)

    assert [one.external_id for one in aside] == ["T1"]
    assert (row(db).state, row(db).tokens) == (m.InstallationState.REVOKED, "sealed-1")
    assert row(db, "T2").state is m.InstallationState.ACTIVE
    assert db.write_now(installations.use_only, SLACK, lambda one: one.external_id == "T2", LATER) == []

    db.write_now(installations.use_only, SLACK, lambda _: True, LATER)
    assert (row(db).state, row(db).removed_at) == (m.InstallationState.ACTIVE, None)


def test_what_was_removed_does_not_come_back_by_a_key(db: Database) -> None:
    db.write_now(installations.install, ACME, MORNING)
    db.write_now(installations.revoke, SLACK, "T1", MORNING)

    db.write_now(installations.use_only, SLACK, lambda _: True, LATER)

    assert row(db).state is m.InstallationState.REVOKED


def test_there_is_one_row_for_a_place_however_often_it_comes(db: Database) -> None:
    for _ in range(3):
        db.write_now(installations.install, ACME, MORNING)
        db.write_now(installations.revoke, SLACK, "T1", MORNING)

    rows = db.read_now(lambda session: session.exec(select(m.Installation).order_by(col(m.Installation.id))).all())
    assert len(rows) == 1


async def test_two_who_install_at_the_same_moment_are_one_place(db: Database) -> None:
    done = await asyncio.gather(*(db.write(installations.install, ACME, MORNING) for _ in range(4)))

    assert [one.is_new for one in done if isinstance(one, Installed)].count(True) == 1
    assert names(db) == ["Acme"]
    assert len(db.read_now(installations.of_platform, SLACK)) == 1


async def test_two_places_of_one_name_that_come_at_the_same_moment_are_two_workspaces(db: Database) -> None:
    places = [replace(ACME, external_id=f"T{number}") for number in range(4)]

    await asyncio.gather(*(db.write(installations.install, place, MORNING) for place in places))

    assert sorted(names(db)) == ["Acme", "Acme (2)", "Acme (3)", "Acme (4)"]
