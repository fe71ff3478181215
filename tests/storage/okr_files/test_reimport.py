"""A table is changed and imported again: what was said stays with its key result. All people are pretend."""

from datetime import date

import pytest
from sqlmodel import Session, col, select

from storage import models as m
from storage.okr_files import Effect, Kind, OkrFile, Preview, apply
from storage.okr_files.drafting_frame import Frame, frame_from_storage
from storage.okr_files.scalars import plain
from storage.okr_files.sources import Found, read_source, with_frame
from storage.session import Database
from tests.storage.okr_files.files import HEAD, NOW, currents, importing, with_krs

TODAY = date(2026, 11, 12)
LATER = date(2026, 11, 20)
ROWS = [
    "Objective,Key result,Owner,Start,Target,Current,Score",
    "Win Spain,Repeat rate,mei,20%,50%,25%,0.4",
    "Win Spain,Partners,jack,0,20,5,0.5",
    "Win Spain,Waiting time,jack,9,4,7,0.6",
    "Grow,Churn,mei,5%,1%,4%,0.7",
]


@pytest.fixture(autouse=True)
def _company(db: Database) -> None:
    importing(db, HEAD)


def taken(db: Database, rows: list[str], today: date = LATER) -> Preview:
    source = read_source("\n".join(rows).encode(), "okrs.csv")
    assert isinstance(source, Found), source
    frame = db.read_now(lambda session: frame_from_storage(session, today, team="GRO"))
    assert isinstance(frame, Frame), frame
    file = with_frame(source, frame)
    assert isinstance(file, OkrFile), file
    return db.write_now(apply, file, NOW)


def standing(db: Database) -> dict[str, str]:
    """Of each key result by its title: its number, the values that were read and the scores that were said."""

    def look(session: Session) -> dict[str, str]:
        found = {}
        for row in session.exec(select(m.KeyResult)).all():
            read = session.exec(select(m.Reading).where(m.Reading.kr_id == row.id).order_by(col(m.Reading.id))).all()
            said = session.exec(select(m.CheckIn).where(m.CheckIn.kr_id == row.id).order_by(col(m.CheckIn.id))).all()
            values = " ".join(plain(one.value) for one in read)
            scores = " ".join(plain(one.self_score) for one in said if one.self_score is not None)
            found[row.title] = f"{row.number}: read {values}, said {scores}"
        return found

    return db.read_now(look)


FIRST = {
    "Repeat rate": "1: read 25, said 0.4",
    "Partners": "2: read 5, said 0.5",
    "Waiting time": "3: read 7, said 0.6",
    "Churn": "4: read 4, said 0.7",
}


def told(done: Preview) -> list[str]:
    """What is told of things that stand here and not in the file."""
    return [one.sentence for one in done.notes if one.line == 0]


def test_the_same_file_changes_nothing(db: Database) -> None:
    taken(db, ROWS, TODAY)

    again = taken(db, ROWS)

    assert again.is_empty
    assert told(again) == []
    assert standing(db) == FIRST


def test_a_row_in_the_middle_gets_the_next_number_and_moves_nobody(db: Database) -> None:
    taken(db, ROWS, TODAY)

    done = taken(db, [*ROWS[:2], "Win Spain,Hotels,mei,0,3,1,0.3", *ROWS[2:]])

    assert standing(db) == FIRST | {"Hotels": "5: read 1, said 0.3"}
    assert done.changed == ()


def test_an_objective_in_front_gets_the_next_number(db: Database) -> None:
    taken(db, ROWS, TODAY)

    done = taken(db, [ROWS[0], "Hire well,Chefs,mei,0,3,1,0.3", *ROWS[1:]])

    assert standing(db) == FIRST | {"Chefs": "5: read 1, said 0.3"}
    assert done.changed == ()
    assert "New objective: GRO O3 (2026 Q4) Hire well." in [one.sentence for one in done.new]


def test_a_row_that_is_gone_stays_here_and_is_told(db: Database) -> None:
    taken(db, ROWS, TODAY)

    done = taken(db, [*ROWS[:2], *ROWS[3:]])

    assert done.is_empty
    assert told(done) == ["Not in the file any more, and it stays as it is: GRO-2 Partners."]
    assert standing(db) == FIRST


def test_another_order_changes_nothing(db: Database) -> None:
    taken(db, ROWS, TODAY)

    again = taken(db, [ROWS[0], *reversed(ROWS[1:])])

    assert again.is_empty
    assert standing(db) == FIRST


def test_a_new_score_is_said_of_its_own_key_result_wherever_it_stands(db: Database) -> None:
    taken(db, ROWS, TODAY)

    done = taken(db, [ROWS[0], ROWS[4], ROWS[3].replace("0.6", "0.9"), ROWS[1], ROWS[2]])

    assert [one.sentence for one in done.new] == ["New check-in: GRO-3 on 2026-11-20 00:00 by jack."]
    assert standing(db) == FIRST | {"Waiting time": "3: read 7, said 0.6 0.9"}
    assert all(stands == replayed for stands, replayed in currents(db).values())


def test_other_words_keep_the_number_where_owner_or_measure_are_the_same(db: Database) -> None:
    taken(db, ROWS, TODAY)

    done = taken(db, [row.replace("Repeat rate", "Repeat rate of guests") for row in ROWS])

    assert [one.sentence for one in done.changed] == [
        "Changed key result: GRO-1 (2026 Q4) Repeat rate of guests: title Repeat rate → Repeat rate of guests."
    ]


def test_quite_other_words_are_new_and_the_old_ones_are_told(db: Database) -> None:
    taken(db, ROWS, TODAY)

    done = taken(db, [row.replace("Partners", "Hotels that sign") for row in ROWS])

    assert told(done) == ["Not in the file any more, and it stays as it is: GRO-2 Partners."]
    assert standing(db) == FIRST | {"Hotels that sign": "5: read 5, said 0.5"}


def test_what_came_from_elsewhere_is_never_overwritten(db: Database) -> None:
    importing(db, with_krs("- {title: Enterprise MRR, from: 0, to: 10, owner: mei}"))

    done = taken(db, ROWS, TODAY)

    assert done.changed == ()
    assert told(done) == [
        "Here already and not in the file, and they stay as they are: GRO O1 Be the trusted supplier; "
        "GRO-1 Enterprise MRR."
    ]
    assert sorted(standing(db)) == sorted([*FIRST, "Enterprise MRR"])
    assert done.count(Effect.NEW, Kind.KEY_RESULT) == 4


def test_key_results_of_another_cycle_or_team_are_none_of_its_business(db: Database) -> None:
    other = HEAD.replace(
        "2026 Q4, first_day: 2026-10-01, last_day: 2026-12-31",
        "2026 Q3, first_day: 2026-07-01, last_day: 2026-09-30, state: closed",
    )
    krs = with_krs("- {title: Partners, from: 0, to: 10, owner: mei}")
    importing(db, other + krs[krs.index("objectives:") :])
    importing(db, krs.replace("team: GRO", "team: SUP"))

    done = taken(db, ROWS, TODAY)

    assert told(done) == []
    assert done.count(Effect.NEW, Kind.KEY_RESULT) == 4
