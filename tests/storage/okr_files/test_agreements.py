"""Agreements go out and come in with who asked, the wordings each side said yes to, and where their date slipped."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from storage import merging
from storage import models as m
from storage.okr_files import read_okr_file
from storage.session import Database
from tests.storage.okr_files.exports import FORMATS, assert_goes_round
from tests.storage.okr_files.files import NOW, importing, with_krs

TWO = with_krs("- {title: A, from: 0, to: 1, owner: mei}") + (
    "agreements:\n"
    "  - {key_result: GRO-1, to: SUP, text: Script, asked: 2026-11-04, asked_by: mei, needed_by: 2026-11-20,"
    " slips_to: 2026-11-27, state: agreed, agreed_by: jack, agreed: 2026-11-05, wording: 2,"
    " asking_said_yes_to: 2, asked_said_yes_to: 2}\n"
    "  - {key_result: GRO-1, to: SUP, text: Samples, asked: 2026-11-04, asked_by: mei, state: declined,"
    " because: no time before December, wording: 1, asking_said_yes_to: 1}\n"
)


def stored(session: Session) -> list[m.Alignment]:
    return list(session.exec(select(m.Alignment).order_by(m.Alignment.text)))


def test_what_an_agreement_says_comes_in(db: Database) -> None:
    importing(db, TWO)

    samples, script = db.read_now(stored)
    assert (script.rev, script.from_agreed_rev, script.to_agreed_rev) == (2, 2, 2)
    assert (script.slips_to, script.asked_by_id) == (date(2026, 11, 27), samples.asked_by_id)
    assert script.asked_by_id is not None
    assert (samples.note, samples.to_agreed_rev) == ("no time before December", None)


@pytest.mark.parametrize("kind", FORMATS)
def test_agreements_go_round(db: Database, tmp_path: Path, kind: str) -> None:
    importing(db, TWO)

    assert_goes_round(db, tmp_path, kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_link_needs_no_words(db: Database, tmp_path: Path, kind: str) -> None:
    importing(
        db,
        with_krs("- {title: A, from: 0, to: 1, owner: mei}")
        + "agreements:\n  - {key_result: GRO-1, to: SUP, kind: supports, asked: 2026-11-04}\n",
    )

    assert [one.text for one in db.read_now(stored)] == [""]
    assert_goes_round(db, tmp_path, kind)


def test_a_link_within_a_team_goes_round_and_an_agreement_with_oneself_does_not_come_in(
    db: Database, tmp_path: Path
) -> None:
    two = with_krs("- {title: A, from: 0, to: 1, owner: mei}\n- {title: B, from: 0, to: 1, owner: mei}")
    link = "agreements:\n  - {key_result: GRO-1, to: GRO-2, kind: supports, asked: 2026-11-04}\n"
    importing(db, two + link)

    assert len(db.read_now(stored)) == 1
    assert_goes_round(db, tmp_path, "json")
    for wrong in (link.replace("GRO-2", "GRO-1"), link.replace("supports", "conflicts")):
        assert "An agreement is with another team" in str(read_okr_file((two + wrong).encode(), "x.yaml"))


def test_what_two_teams_agreed_on_before_they_became_one_is_not_exported(db: Database, tmp_path: Path) -> None:
    importing(db, TWO)

    def merges(session: Session) -> None:
        teams = {one.key: one for one in session.exec(select(m.Team))}
        merger = merging.look(session, teams["GRO"], teams["SUP"], NOW)
        assert merger.unmatched is None
        merging.merge(session, merger, session.exec(select(m.Person.id)).first() or 0, 1, NOW)

    db.write_now(merges)
    assert_goes_round(db, tmp_path, "json")
