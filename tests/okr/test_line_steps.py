"""Steps are read out of a line only where it surely lists them (spec/04 §9.1)."""

from datetime import date

import pytest

from bot.okr.line_steps import with_steps

TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("line", "title", "steps"),
    [
        ("Ship it - steps: 1. plan; 2. build; 3. test", "Ship it", ["plan", "build", "test"]),
        ("Open a shop: permit (30%), room (30%), opening (40%)", "Open a shop", ["permit", "room", "opening"]),
        ("Launch (milestones: beta by 20 Nov, GA by 15 Dec)", "Launch", ["beta", "GA"]),
        ("上线：设计30%、开发70%", "上线", ["设计", "开发"]),
        ("Ship it (steps: a, b (UX), c) due end of November", "Ship it due end of November", ["a", "b (UX)", "c"]),
        ("Ship it, steps: a, b, c due end of November", "Ship it due end of November", ["a", "b", "c"]),
        ("Ship it (steps: a, b, c) by 15 Dec", "Ship it by 15 Dec", ["a", "b", "c"]),
        ("Ship it (steps: a, b, by 15 Dec)", "Ship it by 15 Dec", ["a", "b"]),
        ("通过（步骤：分析、整改、测评）截止 12月10日", "通过 截止 12月10日", ["分析", "整改", "测评"]),
        ("Open a shop: permit 30%, room 70%, by 15 Dec", "Open a shop by 15 Dec", ["permit", "room"]),
        ("开店：许可30%、开业70%，12月15日前", "开店 12月15日前", ["许可", "开业"]),
        ("Launch (steps: beta due 20 Nov, GA due 15 Dec)", "Launch", ["beta", "GA"]),
    ],
)
def test_a_list_of_steps(line: str, title: str, steps: list[str]) -> None:
    found = with_steps(line, TODAY)

    assert (found.title, [one.title for one in found.steps]) == (title, steps)


@pytest.mark.parametrize(
    "line",
    [
        "Launch the app: design, build, test",
        "Open a shop: permit 30%, room 30%",
        "Ratio: 30%, 70%",
        "Improve steps: fewer clicks",
        "完成三个阶段：试点，推广",
        "Lower refund rate from 0.5% to 0.2%",
    ],
)
def test_other_lines_stay_whole(line: str) -> None:
    found = with_steps(line, TODAY)

    assert (found.title, found.steps) == (line, ())
