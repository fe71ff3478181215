"""Drafts become OKR files that the ordinary reader has checked. All people are pretend."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.okr.model import KRState, KRType
from storage.okr_files import OkrFile
from storage.okr_files.drafting import (
    NO_OWNER,
    NO_STEPS,
    NO_VALUE,
    NOBODY_SAID,
    NOT_KNOWN,
    draft_file,
)
from storage.okr_files.drafting_frame import (
    Frame,
    FrameCycle,
    FramePerson,
    FrameTeam,
    calendar_cycle,
    find_person,
    same_cycle,
)
from storage.okr_files.drafting_places import OTHER_CYCLE
from storage.okr_files.drafts import Draft, DraftKeyResult, DraftObjective, DraftStep, Unread
from storage.okr_files.markdown_parts import MASKED
from storage.okr_files.schema import KeyResultEntry

TODAY = date(2026, 11, 12)
PEOPLE = (
    FramePerson("mei", "Mei Lin", "mei@example.org"),
    FramePerson("jroe", "Jack Roe", short_name="Jacky"),
    FramePerson("jpoe", "Jack Poe"),
    FramePerson("suan", "苏安"),
)
GRO, SUP = FrameTeam("GRO", "Growth", "mei"), FrameTeam("SUP", "Support")
Q3 = FrameCycle("2026 Q3", date(2026, 7, 1), date(2026, 9, 30))
Q4 = FrameCycle("2026 Q4", date(2026, 10, 1), date(2026, 12, 31))
FRAME = Frame("TeeBee", TODAY, PEOPLE, (GRO,), (Q4,))


def objective(*krs: DraftKeyResult, title: str = "Serve better tea", **more: str) -> DraftObjective:
    return DraftObjective(line=3, title=title, key_results=krs, **more)


def file_of(*objectives: DraftObjective, frame: Frame = FRAME) -> OkrFile:
    found = draft_file(Draft("okrs.md", objectives), frame)
    assert isinstance(found, OkrFile), found
    return found


def problem(*objectives: DraftObjective, frame: Frame = FRAME) -> str:
    found = draft_file(Draft("okrs.md", objectives), frame)
    assert isinstance(found, list)
    return "\n".join(str(one) for one in found)


def kr(title: str, **more: object) -> DraftKeyResult:
    return DraftKeyResult(line=7, title=title, **more)  # type: ignore[arg-type]


def drafted(one: DraftKeyResult, frame: Frame = FRAME) -> tuple[KeyResultEntry, OkrFile]:
    found = file_of(objective(one), frame=frame)
    return found.key_results[0], found


@pytest.mark.parametrize(
    ("title", "kind", "numbers"),
    [
        ("Regulars from 5% to 15%", KRType.INCREASE, ("5", "15", "%")),
        ("Wait from 9 min to 4 min", KRType.DECREASE, ("9", "4", "min")),
        ("Interview 20 customers", KRType.INCREASE, ("0", "20", "")),
        ("Launch in Spain", KRType.MILESTONE, ("None", "None", "")),
        ("Obtain baseline data of the redemption rate", KRType.BASELINE, ("None", "None", "")),
        ("将重复购买率从 5% 提高到 15%", KRType.INCREASE, ("5", "15", "%")),
    ],
)
def test_the_text_tells_the_measure(title: str, kind: KRType, numbers: tuple[str, str, str]) -> None:
    entry, found = drafted(kr(title))
    measure = entry.measure
    assert (measure.type, (str(measure.baseline), str(measure.target), measure.unit)) == (kind, numbers)
    assert found.notes == ()


def test_a_level_to_hold_is_a_range() -> None:
    entry, _ = drafted(kr("Maintain utilization between 70% and 80%"))
    assert (entry.measure.range_lo, entry.measure.range_hi) == (Decimal(70), Decimal(80))


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("The renewal rate of customers reaches 70%", "where it is today"),
        ("Revenue per email increased by 10%", "By how much"),
        ("A friendlier house", "No numbers found"),
    ],
)
def test_what_cannot_be_measured_is_done_or_not_done_and_a_note_says_why(title: str, words: str) -> None:
    entry, found = drafted(kr(title))
    assert (entry.measure.type, entry.steps) == (KRType.MILESTONE, ())
    assert [note.line for note in found.notes] == [7]
    assert words in found.notes[0].sentence


def test_one_note_speaks_for_all_lines() -> None:
    many = [replace(kr("A friendlier house"), line=line) for line in range(10, 40)]
    found = file_of(objective(*many))
    (note,) = found.notes
    assert note.sentence.endswith("(lines 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 and 18 more).")


def test_a_masked_number_is_told_in_a_note_because_its_key_result_is_taken() -> None:
    unread = (Unread(7, "Reach $N", MASKED), Unread(9, "Hello", "Prose."))
    one = objective(kr("Reach $N", fields={"type": "milestone"}))
    found = draft_file(Draft("okrs.md", (one,), unread), FRAME)
    assert isinstance(found, OkrFile)
    assert [note.sentence for note in found.notes] == [f"{MASKED[:-1]} (line 7)."]
    assert found.unread == unread[1:]


def test_columns_go_before_the_text() -> None:
    entry, _ = drafted(
        kr("Regulars from 5% to 15%", fields={"from": "6%", "to": "16%", "weight": "2", "due": "2026-12-01"})
    )
    assert (entry.measure.baseline, entry.measure.target) == (Decimal(6), Decimal(16))
    assert (entry.weight, entry.due) == (Decimal(2), date(2026, 12, 1))


def test_a_target_without_a_start_takes_the_present_value_and_says_so() -> None:
    entry, found = drafted(kr("Renewals", fields={"to": "70", "value": "50"}))
    assert (entry.measure.baseline, entry.measure.target) == (Decimal(50), Decimal(70))
    assert "present value" in found.notes[0].sentence
    bare, told = drafted(kr("Renewals", fields={"to": "70"}))
    assert bare.measure.type is KRType.MILESTONE
    assert "where it is today" in told.notes[0].sentence


def test_a_column_that_cannot_be_is_an_ordinary_problem_with_its_line() -> None:
    assert "Line 7, objectives[1].key_results[1].to: Start and target are the same." in problem(
        objective(kr("Renewals", fields={"from": "5", "to": "5"}))
    )


def test_a_long_title_is_cut_at_a_word_and_told_in_full() -> None:
    title = "Serve " + "very " * 40 + "good tea"
    entry, found = drafted(kr(title))
    assert len(entry.title) <= 140
    assert entry.title.endswith(" very…")
    assert any(title in note.sentence for note in found.notes)


@pytest.mark.parametrize(
    "written",
    ["mei", "@Mei", "MEI LIN", "mei@example.org", "Mei", "Mei Lin <other@example.org>", "X <mei@example.org>"],
)
def test_owners_are_known_by_any_of_their_names(written: str) -> None:
    entry, found = drafted(kr("Launch", owner=written))
    assert entry.owner == "mei"
    assert [one.handle for one in found.people] == ["mei"]


@pytest.mark.parametrize("written", ["Jack", "Nobody", "nobody@example.org"])
def test_somebody_who_is_not_known_is_told_and_owns_nothing(written: str) -> None:
    entry, found = drafted(kr("Launch", owner=written))
    assert entry.owner is None
    assert found.unread == (Unread(7, written, NOT_KNOWN),)


def test_a_short_name_or_a_chinese_name_is_enough() -> None:
    assert find_person(PEOPLE, "jacky") is PEOPLE[1]
    assert find_person(PEOPLE, "苏安") is PEOPLE[3]
    assert find_person(PEOPLE, " @ ") is None


def test_co_owners_need_an_owner() -> None:
    entry, _ = drafted(kr("Launch", owner="mei", fields={"co_owners": "jroe, suan, mei"}))
    assert entry.co_owners == ("jroe", "suan")
    _, found = drafted(kr("Launch", owner="who", fields={"co_owners": "jack"}))
    assert Unread(7, "jack", NO_OWNER) in found.unread


# --- what was said ------------------------------------------------------------------------------------


def test_a_score_becomes_a_check_in_of_the_owner_on_the_day_of_the_import() -> None:
    entry, _ = drafted(kr("Regulars from 5% to 15%", owner="jacky", score=Decimal("0.7"), note="Two hotels"))
    (said,) = entry.history
    assert (str(said.at), said.by, said.reading) == ("2026-11-12 00:00", None, None)
    assert (said.said.self_score, said.said.note, said.said.value) == (Decimal("0.7"), "Two hotels", None)


def test_without_an_owner_the_lead_says_it_and_without_a_lead_nobody() -> None:
    rated = kr("Regulars from 5% to 15%", score=Decimal("0.7"))
    entry, found = drafted(rated)
    assert entry.history[0].by == "mei"
    assert entry.owner is None
    alone, told = drafted(rated, replace(FRAME, teams=(SUP,)))
    assert alone.history == ()
    assert told.unread == (Unread(7, "self_score 0.7", NOBODY_SAID),)
    assert found.unread == ()


def test_a_present_value_is_a_reading_that_nobody_said() -> None:
    entry, _ = drafted(kr("Regulars from 5% to 15%", fields={"value": "7%"}), replace(FRAME, teams=(SUP,)))
    (reading,) = entry.history
    assert (reading.said.value, reading.reading is not None) == (Decimal(7), True)


def test_a_value_of_something_done_or_not_done_is_told() -> None:
    entry, found = drafted(kr("Launch in Spain", fields={"value": "7"}))
    assert entry.history == ()
    assert found.unread == (Unread(7, "7", NO_VALUE),)


def test_ticked_boxes_are_done_and_empty_ones_say_nothing() -> None:
    ticked, _ = drafted(kr("Launch in Spain", done=True))
    assert ticked.history[0].said.done is True
    empty, _ = drafted(kr("Launch in Spain", done=False))
    assert empty.history == ()


def test_a_ticked_number_is_never_guessed() -> None:
    entry, found = drafted(kr("Interview 20 customers", done=True))
    (said,) = entry.history
    assert (said.said.value, said.said.done, said.said.note) == (None, None, "Ticked off in okrs.md")
    assert "its number is not told" in found.notes[0].sentence


def test_a_score_on_yes_or_no_is_kept_as_a_note_and_full_success_is_done() -> None:
    half, _ = drafted(kr("Launch in Spain", score=Decimal("0.5")))
    assert (half.history[0].said.note, half.history[0].said.self_score) == ("Score 0.5", None)
    full, _ = drafted(kr("Launch in Spain", score=Decimal("1.0")))
    assert full.history[0].said.done is True


def test_ticked_sub_tasks_are_steps_that_are_done() -> None:
    steps = (DraftStep(8, "Sign", True), DraftStep(9, "Paint", False))
    entry, _ = drafted(kr("Open the shop", steps=steps))
    assert [one.title for one in entry.steps] == ["Sign", "Paint"]
    assert entry.history[0].said.steps_done == (1,)


def test_a_number_has_no_steps() -> None:
    entry, found = drafted(kr("Interview 20 customers", steps=(DraftStep(8, "Call them", True),)))
    assert entry.measure.type is KRType.INCREASE
    assert found.unread == (Unread(8, "Call them", NO_STEPS),)


def test_what_was_dropped_says_why() -> None:
    entry, found = drafted(
        kr("A friendlier house", fields={"state": "dropped", "reason": "Struck through in the file"})
    )
    assert (entry.state, entry.reason) == (KRState.DROPPED, "Struck through in the file")
    assert found.notes == ()


def test_what_is_imported_long_after_its_cycle_is_said_on_its_last_day() -> None:
    entry, _ = drafted(kr("Launch in Spain", done=True), replace(FRAME, today=date(2028, 1, 1)))
    assert str(entry.history[0].at) == "2026-12-31 00:00"


# --- where it goes ------------------------------------------------------------------------------------


def test_numbers_follow_the_order_of_the_file_per_team() -> None:
    frame = replace(FRAME, teams=(GRO, SUP), team="GRO")
    found = file_of(
        objective(kr("Launch one"), kr("Launch two")),
        objective(kr("Launch three"), team="support"),
        objective(kr("Launch four")),
        frame=frame,
    )
    assert [(one.ref.label, one.title) for one in found.key_results] == [
        ("GRO-1", "Launch one"),
        ("GRO-2", "Launch two"),
        ("SUP-1", "Launch three"),
        ("GRO-3", "Launch four"),
    ]


def test_a_heading_that_is_no_team_here_is_told_and_goes_to_the_named_one() -> None:
    found = file_of(objective(team="Kitchen"), objective(team="Garden"))
    assert found.objectives[0].team == "GRO"
    assert [one.sentence for one in found.notes] == [
        "No team here is called 'Kitchen', 'Garden'; what stands there goes to GRO."
    ]


def test_more_than_one_team_must_be_named() -> None:
    frame = replace(FRAME, teams=(GRO, SUP))
    assert "Which team's objectives are these? Name it with --team: GRO, SUP." in problem(objective(), frame=frame)
    assert "There is no team 'Kitchen' here; name one with --team: GRO, SUP" in problem(
        objective(team="Kitchen"), frame=frame
    )


def test_the_cycle_is_the_written_one_or_the_only_open_one() -> None:
    frame = replace(FRAME, cycles=(Q3, Q4))
    assert file_of(objective(cycle="Q3 2026"), frame=frame).objectives[0].cycle == "2026 Q3"
    assert file_of(objective()).objectives[0].cycle == "2026 Q4"
    assert "For which cycle are these objectives? Name it with --cycle: 2026 Q3, 2026 Q4." in problem(
        objective(), frame=frame
    )


def test_a_cycle_that_is_not_here_is_never_taken_for_another() -> None:
    assert "There is no cycle '2018 Q4' here; add it, or name one with --cycle: 2026 Q4." in problem(
        objective(cycle="2018 Q4")
    )
    assert file_of(objective(cycle="2018 Q4"), frame=replace(FRAME, cycle="2026 Q4")).objectives[0].cycle == "2026 Q4"


def test_of_several_cycles_in_one_file_only_the_one_that_is_here_is_taken() -> None:
    found = file_of(objective(cycle="2018 Q4"), objective(cycle="2026 Q4", title="Now"))
    assert [one.title for one in found.objectives] == ["Now"]
    assert found.unread == (Unread(3, "Serve better tea", OTHER_CYCLE),)
    several = (objective(cycle="2018 Q4"), objective(cycle="2019 Q1"))
    assert "of several cycles" in problem(*several, frame=replace(FRAME, cycle="2026 Q4"))


def test_a_new_workspace_takes_the_quarter_that_is_written() -> None:
    frame = replace(FRAME, cycles=())
    (cycle,) = file_of(objective(cycle="Q2 2026"), frame=frame).cycles
    assert (cycle.name, cycle.first_day, cycle.last_day) == ("2026 Q2", date(2026, 4, 1), date(2026, 6, 30))


def test_cycles_are_known_in_every_spelling() -> None:
    for other in ("Q4 2026", "2026Q4", "2026-Q4", "Q4'26", "2026年第四季度", "2026年Q4"):
        assert same_cycle("2026 Q4", other), other
    assert not same_cycle("2026 Q4", "FY26 Q4")
    assert calendar_cycle("FY26-Q4", TODAY) is None
    assert calendar_cycle("2026 H3", TODAY) is None
    half = calendar_cycle("2026年下半年", TODAY)
    assert half is not None
    assert (half.first_day, half.last_day) == (date(2026, 7, 1), date(2026, 12, 31))
