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


LINKED = (
    "agreements:\n"
    "  - {objective: GRO-O1, to: SUP-O1, kind: supports, asked: 2026-11-04}\n"
    "  - {objective: GRO-O1, to: SUP-1, text: Script, asked: 2026-11-04}\n"
    "  - {key_result: GRO-1, to: GRO-O1, kind: supports, asked: 2026-11-04}\n"
    "  - {key_result: GRO-1, to: SUP-O1, kind: conflicts, text: churn, asked: 2026-11-04}\n"
)
BOTH = with_krs("- {title: A, from: 0, to: 1, owner: mei}") + (
    "  - {team: SUP, title: Answer at once, key_results: [{title: B, from: 0, to: 1, owner: ana}]}\n"
)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_begins_or_ends_at_an_objective_goes_round(db: Database, tmp_path: Path, kind: str) -> None:
    importing(db, BOTH + LINKED)

    def ends(session: Session) -> set[tuple[str, str]]:
        def name(kr: int | None, objective: int | None) -> str:
            row = session.get(m.KeyResult, kr or 0) or session.get_one(m.Objective, objective)
            return f"{'KR' if isinstance(row, m.KeyResult) else 'O'} {row.title}"

        return {
            (name(one.from_kr_id, one.from_objective_id), name(one.to_kr_id, one.to_objective_id))
            for one in stored(session)
        }

    growth, support = "O Be the trusted supplier", "O Answer at once"
    assert db.read_now(ends) == {(growth, support), (growth, "KR B"), ("KR A", growth), ("KR A", support)}
    assert_goes_round(db, tmp_path, kind)


def test_objectives_of_two_cycles_are_told_apart(db: Database, tmp_path: Path) -> None:
    later = "cycles:\n  - {name: 2027 Q1, first_day: 2027-01-01, last_day: 2027-03-31}\n"
    next_one = "  - {team: SUP, cycle: 2027 Q1, title: Answer sooner}\n"
    two = (BOTH + next_one).replace("cycles:\n", later)
    first = two.replace("title: Be the", "cycle: 2026 Q4\n    title: Be the").replace(
        "SUP, title", "SUP, cycle: 2026 Q4, title"
    )
    unclear = "agreements:\n  - {objective: SUP-O1, to: GRO, kind: supports, asked: 2026-11-04}\n"
    said = str(read_okr_file((first + unclear).encode(), "x.yaml"))
    assert "SUP-O1 is in more than one cycle; say which, as in 'SUP-O1 (" in said
    importing(db, first + unclear.replace("SUP-O1", "SUP-O1 (2027 Q1)"))

    assert_goes_round(db, tmp_path, "json")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("objective: GRO-O7, to: SUP", "There is no objective 'GRO-O7' in this file"),
        ("objective: GRO-O1, to: SUP-O9", "There is no objective 'SUP-O9' in this file"),
        ("objective: GRO-1, to: SUP", "'GRO-1' does not name an objective; write it as GRO-O1."),
        ("objective: GRO-O1, to: GRO-O1", "An agreement is with another team, and GRO-O1 is GRO's own."),
        ("key_result: GRO-1, objective: GRO-O1, to: SUP", "It is for a key result or for an objective"),
    ],
)
def test_an_objective_that_is_none_is_told(wrong: str, sentence: str) -> None:
    text = BOTH + f"agreements:\n  - {{{wrong}, kind: supports, asked: 2026-11-04}}\n"

    assert sentence in str(read_okr_file(text.encode(), "x.yaml"))
