"""What an OKR file may say and how it is understood: types, numbers, names, moments, defaults."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from bot.okr import model as okr
from bot.okr.short_titles import proposed_short_title
from storage import models as m
from storage.okr_files.schema import HistoryEntry, KeyResultEntry, Moment
from tests.storage.okr_files.files import HEAD, problems, read, with_history, with_krs


def the_kr(kr: str) -> KeyResultEntry:
    (found,) = read(with_krs(kr)).key_results
    return found


def the_entry(entry: str, kr: str = "{from: 0, to: 10}") -> HistoryEntry:
    (found,) = read(with_history(entry, kr)).key_results
    return found.history[0]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ("from: 30k, to: 60k", okr.KRType.INCREASE),
        ("from: 40, to: 0", okr.KRType.DECREASE),
        ("from: 40, anchors: [50, 60, 80]", okr.KRType.INCREASE),
        ("from: 5, anchors: {0.3: 4, 0.7: 3, 1.0: 2}", okr.KRType.DECREASE),
        ("keep: [70, 80]", okr.KRType.RANGE),
        ("at_least: 99.9", okr.KRType.RANGE),
        ("at_most: 0, strict: yes", okr.KRType.RANGE),
        ("from: 60, keep: [70, 80]", okr.KRType.RANGE),
        ("steps: [{title: Draft}]", okr.KRType.MILESTONE),
        ("type: baseline", okr.KRType.BASELINE),
        ("owner: mei", okr.KRType.MILESTONE),
    ],
)
def test_the_type_follows_from_what_is_given(keys: str, kind: okr.KRType) -> None:
    assert the_kr(f"- {{title: A, {keys}}}").measure.type is kind


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("45k", "45000", ""),
        ("4.5K", "4500", ""),
        ("1.2万", "12000", ""),
        ("3 亿", "300000000", ""),
        ("2m", "2000000", ""),
        ("1.5bn", "1500000000", ""),
        ("31%", "31", "%"),
        ("31 %", "31", "%"),
        ("$46k", "46000", "$"),
        ("-$20k", "-20000", "$"),
        ("$-20k", "-20000", "$"),
        ("500元", "500", "¥"),
        ("45,000.5", "45000.5", ""),
        ("0.1", "0.1", ""),
        ("+7", "7", ""),
        ("−3", "-3", ""),
        ('"12"', "12", ""),
    ],
)
def test_a_number_is_read_exactly_with_its_unit(written: str, value: str, unit: str) -> None:
    measure = the_kr(f"- title: A\n  from: 12345\n  to: {written}").measure

    assert measure.target == Decimal(value)
    assert str(measure.target) == value
    assert measure.unit == unit


def test_a_number_never_goes_through_a_float() -> None:
    measure = the_kr("- {title: A, from: 0.1, to: 0.30000000}").measure

    assert (measure.baseline, measure.target) == (Decimal("0.1"), Decimal("0.3"))


def test_yes_no_and_times_are_what_people_mean_not_what_old_yaml_makes_of_them() -> None:
    file = read("workspace: {name: no}\nteams:\n  - {key: 'ON', meetings: [{weekdays: fri, time: 10:30}]}\n")

    assert file.workspace.name == "no"
    assert file.teams[0].key == "ON"
    assert file.teams[0].meetings[0].time == time(10, 30)


def test_decimals_follow_from_the_numbers_as_they_are_written() -> None:
    assert the_kr("- {title: A, from: 6.5, to: 8}").measure.decimals == 1
    assert the_kr("- {title: A, from: 1.2万, to: 5万}").measure.decimals == 0
    assert the_kr("- {title: A, from: 6.5, to: 8, decimals: 3}").measure.decimals == 3


def test_the_target_of_an_anchored_key_result_is_its_best_anchor() -> None:
    measure = the_kr("- {title: A, from: 40, anchors: [50, 60, 80]}").measure

    assert measure.anchors == okr.Anchors(Decimal(50), Decimal(60), Decimal(80))
    assert measure.target == Decimal(80)


def test_what_a_file_leaves_out_has_the_defaults_of_the_specification() -> None:
    kr = the_kr("- {title: Grow, from: 1, to: 2}")

    assert (kr.start, kr.due, kr.published_on) == (date(2026, 10, 1), date(2026, 12, 31), date(2026, 10, 1))
    assert (kr.weight, kr.pace, kr.commitment) == (Decimal(1), okr.PaceProfile.LINEAR, okr.Commitment.STRETCH)
    assert (kr.state, kr.source, kr.max_age_days) == (okr.KRState.ACTIVE, okr.Source.MANUAL, 3)
    assert (kr.cadence, kr.answer_policy) == (m.CadenceOfKR.INHERIT, m.AnswerPolicy.ANY)
    assert (kr.owner, kr.short_title, kr.ref.label) == (None, "Grow", "GRO-1")


@pytest.mark.parametrize(
    ("keys", "pace"),
    [
        ("keep: [70, 80]", okr.PaceProfile.FLAT),
        ("from: 75, keep: [70, 80]", okr.PaceProfile.FLAT),
        ("from: 60, keep: [70, 80]", okr.PaceProfile.LINEAR),
        ("from: 3, at_most: 1", okr.PaceProfile.LINEAR),
        ("from: 1, to: 2, checkpoints: [{day: 2026-11-01, expected: 0.5}]", okr.PaceProfile.STEPS),
        ("from: 1, to: 2, pace: slow_start", okr.PaceProfile.SLOW_START),
    ],
)
def test_a_level_that_is_held_is_flat_and_checkpoints_make_steps(keys: str, pace: okr.PaceProfile) -> None:
    assert the_kr(f"- {{title: A, {keys}}}").pace is pace


def test_a_baseline_is_due_in_the_middle_of_the_cycle() -> None:
    assert the_kr("- {title: A, type: baseline}").due == date(2026, 11, 15)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Enterprise MRR", "Enterprise MRR"),
        ("Monthly recurring enterprise revenue from $30k to $60k", "Monthly recurring enterprise…"),
        ("Self-serve renewals of all plans from 20% to 50%", "Self-serve renewals of all plans"),
        ("Guests who come back within a month to 40%", "Guests who come back within a…"),
        ("将华东地区所有合作门店的重复购买率从 5% 提高到 15%，并且保持到年底", "将华东地区所有合作门店的重复购买率"),
        ("x" * 40, "x" * 31 + "…"),
        ("Cut bugs from 20 to 5", "Cut bugs"),
        ("Cut bugs by 15 Dec from 20 to 5", "Cut bugs"),
        ("Interview 20 customers by 15 Dec", "Interview 20 customers"),
        ("NPS from 30 to 45", "NPS"),
        ("Grow from 30 to 45", "Grow from 30 to 45"),
        ("将退款率从 0.5% 降到 0.2%，12月15日前", "退款率"),
    ],
)
def test_a_short_title_is_proposed_from_the_title(title: str, short: str) -> None:
    assert proposed_short_title(title) == short
    assert len(short) <= 32


def test_numbers_go_on_from_the_last_in_team_and_cycle() -> None:
    text = (
        with_krs("- {title: A}\n- {title: B, number: 5}\n- {title: C}")
        + "  - {team: GRO, title: Second, key_results: [{title: D}]}\n"
        + "  - {team: SUP, title: Other, key_results: [{title: E}]}\n"
    )

    assert [kr.ref.label for kr in read(text).key_results] == ["GRO-1", "GRO-5", "GRO-6", "GRO-7", "SUP-1"]
    assert [one.number for one in read(text).objectives] == [1, 2, 1]


def test_the_only_team_and_cycle_need_not_be_named() -> None:
    file = read(
        "workspace: {name: T}\nteams: [{key: GRO}]\n"
        "cycles: [{name: Q4, first_day: 2026-10-01, last_day: 2026-12-31}]\nobjectives: [{title: Win}]\n"
    )

    assert (file.objectives[0].team, file.objectives[0].cycle) == ("GRO", "Q4")


def test_a_cycle_of_the_team_goes_before_one_of_the_workspace() -> None:
    text = HEAD + "  - {name: 2026 Q4, team: GRO, first_day: 2026-10-05, last_day: 2026-12-18}\nobjectives:\n"
    text += "".join(f"  - {{team: {team}, cycle: 2026 Q4, title: Win}}\n" for team in ("GRO", "SUP"))

    assert [one.cycle_team for one in read(text).objectives] == ["GRO", None]


def test_an_objective_belongs_to_the_lead_unless_it_says_otherwise() -> None:
    text = HEAD + "objectives:\n  - {team: GRO, title: A}\n  - {team: GRO, title: B, owner: ana}\n"

    assert [one.owner for one in read(text).objectives] == ["mei", "ana"]


@pytest.mark.parametrize(
    ("entry", "reading"),
    [
        ("- {at: 2026-11-05, value: 3}", okr.ReadingSource.IMPORT),
        ("- {at: 2026-11-05, value: 3, source: auto}", okr.ReadingSource.AUTO),
        ("- {at: 2026-11-05, value: 3, source: manual}", None),
        ("- {at: 2026-11-05, value: 3, by: jack}", None),
        ("- {at: 2026-11-05, value: 3, self_score: 0.7}", None),
        ("- {at: 2026-11-05, note: All well}", None),
    ],
)
def test_a_bare_value_is_a_reading_and_anything_more_was_said_by_somebody(
    entry: str, reading: okr.ReadingSource | None
) -> None:
    assert the_entry(entry).reading is reading


def test_a_bare_value_of_an_automated_key_result_came_from_its_feed() -> None:
    assert (
        the_entry("- {at: 2026-11-05, value: 3}", "{from: 0, to: 10, source: auto}").reading is okr.ReadingSource.AUTO
    )


def test_a_blocker_means_blocked() -> None:
    said = the_entry("- {at: 2026-11-05, blocker: The order form}").said

    assert (said.blocked, said.blocker) == (True, "The order form")


@pytest.mark.parametrize(
    ("written", "moment", "instant"),
    [
        ("2026-11-05", Moment(date(2026, 11, 5)), datetime(2026, 11, 5, 11, 0, tzinfo=UTC)),
        ("2026-11-05 10:30", Moment(date(2026, 11, 5), time(10, 30)), datetime(2026, 11, 5, 9, 30, tzinfo=UTC)),
        ("2026-11-05T10:30:15", Moment(date(2026, 11, 5), time(10, 30)), datetime(2026, 11, 5, 9, 30, tzinfo=UTC)),
        (
            "2026-11-05 23:30-05:00",
            Moment(date(2026, 11, 5), time(23, 30), datetime(2026, 11, 6, 4, 30, tzinfo=UTC)),
            datetime(2026, 11, 6, 4, 30, tzinfo=UTC),
        ),
    ],
)
def test_a_moment_is_wall_time_unless_it_has_an_offset(written: str, moment: Moment, instant: datetime) -> None:
    read_moment = the_entry(f"- {{at: {written}, value: 3}}").at

    assert read_moment == moment
    assert read_moment.instant("Europe/Madrid") == instant


def test_steps_that_are_done_become_what_their_owner_said_on_those_days() -> None:
    kr = the_kr(
        """
        - title: A
          owner: mei
          steps:
            - {title: One, done: 2026-10-15}
            - {title: Two, done: 2026-11-03 10:00}
            - {title: Three, done: 2026-10-15, weight: 3, due: 2026-12-01}
          history:
            - {at: 2026-11-03 10:00, confidence: 7/10}
        """
    )

    assert [(one.at.day, one.said.steps_done, one.said.confidence) for one in kr.history] == [
        (date(2026, 10, 15), (1, 3), None),
        (date(2026, 11, 3), (1, 2, 3), Decimal(7)),
    ]


def test_the_history_is_in_the_order_of_time_however_it_is_written() -> None:
    (kr,) = read(with_history("- {at: 2026-11-05, value: 3}\n- {at: 2026-10-08, value: 1}")).key_results

    assert [one.said.value for one in kr.history] == [Decimal(1), Decimal(3)]


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon-thu", (0, 1, 2, 3)),
        ("[mon, Wednesday, 周五]", (0, 2, 4)),
        ("sun-thu", (0, 1, 2, 3, 6)),
        ("星期天", (6,)),
        ("fri-mon", (0, 4, 5, 6)),
    ],
)
def test_weekdays_are_named_in_a_row_or_one_by_one(written: str, days: tuple[int, ...]) -> None:
    text = f"workspace: {{name: T}}\npeople: [{{handle: mei, working_days: {written}}}]\n"

    assert read(text).people[0].working_days == days


def test_a_calendar_may_be_named_after_the_days_that_the_file_lists() -> None:
    text = "workspace: {name: T, holiday_calendar: Plant, holidays: [{calendar: Plant, day: 2026-10-09}]}\n"

    assert read(text).workspace.holiday_calendar == "Plant"


def test_quiet_hours_can_be_none() -> None:
    workspace = read("workspace: {name: T, quiet_hours: none}\n").workspace

    assert workspace.quiet_from == workspace.quiet_to


def test_a_bom_and_windows_line_ends_are_as_good_as_any() -> None:
    text = with_krs("- {title: 复购率, from: 5%, to: 15%}")

    assert read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()) == read(text)


def test_problems_of_a_file_with_windows_line_ends_are_on_their_lines() -> None:
    (found,) = problems(with_krs("- {title: A, from: 1, to: 1}").replace("\n", "\r\n"))

    assert found.line == 17


def test_a_key_with_nothing_behind_it_is_left_out_and_null_says_that_there_is_none() -> None:
    blank, null = (
        read(f"workspace: {{name: T}}\npeople:\n  - handle: mei\n    timezone: {word}\n").people[0]
        for word in ("", "null")
    )

    assert not blank.gives("timezone")
    assert null.gives("timezone")
    assert null.timezone is None


def test_a_title_over_several_lines_becomes_one_line() -> None:
    assert the_kr("- title: >-\n    Add members\n    and keep them").title == "Add members and keep them"


@pytest.mark.parametrize(
    "name",
    [
        "'; DROP TABLE person; --",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "=HYPERLINK(1)",
        "&amp; <b>",
        "محمد",
        "👩‍👩‍👧‍👦 🍵",
        "<!channel> @everyone",
        "a\\nb",
        "C:\\Users\\x",
        "\N{COMBINING ACUTE ACCENT}" * 20,
    ],
)
def test_a_name_may_be_any_text_that_can_be_shown(name: str) -> None:
    quoted = name.replace("'", "''")

    assert (
        read(f"workspace: {{name: T}}\npeople: [{{handle: mei, name: '{quoted}', short_name: M}}]\n").people[0].name
        == name
    )


def test_a_handle_may_be_chinese_and_may_carry_its_at_sign() -> None:
    file = read("workspace: {name: T}\npeople: [{handle: '@梅'}]\nteams: [{key: GRO, lead: 梅}]\n")

    assert (file.people[0].handle, file.teams[0].lead) == ("梅", "梅")
