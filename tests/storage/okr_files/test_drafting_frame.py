"""A Markdown file is imported into a workspace that is there already. All people are pretend."""

from datetime import date

import pytest

from storage.okr_files import Effect, OkrFile, Preview, apply
from storage.okr_files.drafting import draft_file
from storage.okr_files.drafting_frame import NO_WORKSPACE, Frame, frame_from_storage
from storage.okr_files.drafts import Draft
from storage.okr_files.markdown_files import read_markdown
from storage.session import Database
from tests.storage.okr_files.files import HEAD, NOW, currents, importing

TODAY = date(2026, 11, 12)
LATER = date(2026, 11, 20)
FILE = """
# Growth OKRs 2026 Q4

## Objective: Be the tea house that regulars bring their friends to

- KR1: Regulars who bring a friend from 5% to 15% @jack (0.4)
- KR2: Open the garden (owner: Mei) => The lease is signed
  - [x] Sign the lease
  - [ ] Paint the fence
- [x] KR3: Launch the web shop @mei

| Key result | Owner | Start | Target | Current |
|---|---|---|---|---|
| Wait for a cup | Jack | 9 min | 4 min | 7 min |
"""


def framed(db: Database, today: date = TODAY, **options: str) -> Frame:
    found = db.read_now(lambda session: frame_from_storage(session, today, **options))
    assert isinstance(found, Frame), found
    return found


def sentence(db: Database, **options: str) -> str:
    found = db.read_now(lambda session: frame_from_storage(session, TODAY, **options))
    assert isinstance(found, list)
    return found[0].sentence


def okr_file(db: Database, text: str = FILE, today: date = TODAY) -> OkrFile:
    draft = read_markdown(text.encode(), "okrs.md")
    assert isinstance(draft, Draft), draft
    found = draft_file(draft, framed(db, today))
    assert isinstance(found, OkrFile), found
    return found


def taken(db: Database, text: str = FILE, today: date = TODAY) -> Preview:
    return db.write_now(apply, okr_file(db, text, today), NOW)


def test_a_file_becomes_objectives_key_results_steps_and_history(db: Database) -> None:
    importing(db, HEAD)
    done = taken(db)
    assert done.summary(Effect.NEW) == "1 objective, 4 key results, 2 steps, 1 reading, 3 check-ins"
    assert done.changed == ()
    now = {key: current for key, (current, _replayed) in currents(db).items()}
    assert (now["GRO-1"].value, str(now["GRO-1"].self_score)) == (None, "0.4")
    assert now["GRO-2"].note == "The lease is signed"
    assert str(now["GRO-4"].value) == "7"


@pytest.mark.parametrize("today", [TODAY, LATER])
def test_the_same_file_again_changes_nothing_on_whatever_day(db: Database, today: date) -> None:
    importing(db, HEAD)
    taken(db)
    again = taken(db, today=today)
    assert again.is_empty


def test_a_new_score_in_the_file_is_said_on_the_day_of_its_import(db: Database) -> None:
    importing(db, HEAD)
    taken(db)
    done = taken(db, FILE.replace("(0.4)", "(0.6)"), LATER)
    assert [row.sentence for row in done.new] == ["New check-in: GRO-1 on 2026-11-20 00:00 by jack."]


def test_people_and_teams_stay_as_they_are(db: Database) -> None:
    importing(db, HEAD)
    done = taken(db)
    assert {row.kind.value for row in done.new} <= {"objective", "key_result", "step", "reading", "check_in"}


def test_what_is_not_clear_names_the_option_that_helps(db: Database) -> None:
    assert sentence(db) == NO_WORKSPACE
    importing(db, HEAD)
    assert sentence(db, team="Garden") == "There is no team 'Garden' here; name one with --team: GRO, SUP."
    assert sentence(db, cycle="2030 Q1") == "There is no cycle '2030 Q1' here; name one with --cycle: 2026 Q4."
    assert framed(db, team="growth", cycle="Q4 2026").team == "GRO"
    importing(db, HEAD.replace("TeeBee", "Bluebird"))
    assert sentence(db) == "There are several workspaces here; name one with --workspace: Bluebird, TeeBee."
    assert framed(db, workspace="TeeBee").workspace == "TeeBee"


def test_only_people_who_are_here_can_be_named(db: Database) -> None:
    importing(db, HEAD.replace("name: Jack}", "name: Jack, active: no}"))
    assert [one.handle for one in framed(db).people] == ["mei", "ana"]
