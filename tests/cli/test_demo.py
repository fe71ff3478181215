"""`demo`: a newcomer sees everything once, nothing goes wrong, and the same story has the same bytes."""

from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES, Ended, Line

SMALL = str(EXAMPLES / "small.yaml")


@pytest.fixture(scope="module")
def stories() -> dict[str, Ended]:
    """Told once for all tests here."""
    with pytest.MonkeyPatch.context() as patch:
        line = Line(patch)
        return {"en": line.run("demo"), "zh": line.run("demo", "--language", "zh")}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_ends_well_and_leaves_nothing_in_doubt(stories: dict[str, Ended], lang: str) -> None:
    story = stories[lang]

    assert (story.code, story.err) == (0, "")
    assert ("0 in doubt" if lang == "en" else "状态不明 0 条") in story.out


@pytest.mark.parametrize(
    "seen",
    [
        "Thu 12 Nov 10:00 · Mei (DM)\n  | Hi, I'm the OKR bot for TeeBee.",
        "  | Weekly check-in · Growth · week 7 of 13",
        "> Thu 12 Nov 10:04 · Mei taps [0.7] of KR5\n↻ Thu 12 Nov 10:04 · Mei (DM) · the same message now says",
        "you say 0.7. What makes you more hopeful?",
        "· Mei types: Two hotel chains sign on Monday",
        "  | $46 is far from $44k. Sure?\n  | [Yes, $46] [$46k] [Fix it]",
        "> Thu 12 Nov 10:08 · Mei taps [Fix it]",
        "· Jack types: GRO-4 372, blocked on the new order form, next: show it to two guests",
        "blocked on the new order form · score 0.14 · heading for 0.30",
        "Answered by Mei",
        "I cannot read six point nine as a number",
        "✓ KR3 6.8 → 6.9",
        "Thu 12 Nov 16:00 · Li (DM)\n  | One to go for Friday's board: KR2.",
        "Fri 13 Nov 09:00 · Li (DM)\n  | The board goes out at 09:50.",
        "Fri 13 Nov 09:50 · #growth\n  | Growth · OKR board · week 7 of 13",
        "> Fri 13 Nov 09:54 · Jack taps [GRO-4 Phone support calls]",
        "#growth · the same message now says",
        "> Fri 13 Nov 09:56 · Jack taps [Undo]",
        "  | Back to 372 calls (12 Nov).",
        "Fri 13 Nov 10:00 · Bea (DM)\n  | KR4 · Guests can order without calling\n  | KR4 was last updated 8",
        "  | Your KRs · 2026 Q4 · week 7 of 13",
        "· Mei types: /okr board",
        "  | Heading 0.27 ÷ 0.32 = 0.84 → on track (0.60 or more)",
        "Fri 13 Nov 10:00 (Shanghai) · 梅 (DM)\n  | 每周更新 · 华东组 · 第 7/13 周",
        "杰 taps [👍 不变，还是 17%] of KR2",
        "KR4 · 摸底优惠券核销率基线 · 代安",
        "#growth, under “Growth · OKR board · week 7 of 13”\n  | Next steps from today?",
        "TeeBee · OKRs of all teams · week 7 of 13",
        "Fri 13 Nov 15:00 · #growth\n  | This week's wins:",
        "Mon 16 Nov 09:20 (Shanghai) · #huadong\n  | 华东组 · OKR 看板 · 第 7/13 周",
        "KR2 (Li) has had no update for 11 working days, so its colour is greyed out.",
        "> Mon 16 Nov 10:12 · Mei taps [Ask Li]",
        "=== What Okra decided not to send, and why ===",
        "weekly check-in to 安: away",
        "make demo OKRS=my-okrs.md",
        "python app.py plan --days 14",
    ],
)
def test_a_newcomer_sees_it(stories: dict[str, Ended], seen: str) -> None:
    assert seen in stories["en"].out


def test_in_chinese_the_chinese_team_comes_first_and_everyone_keeps_their_language(stories: dict[str, Ended]) -> None:
    out = stories["zh"].out

    assert out.index("11月13日 周五 10:00 (上海) · 梅（私信）") < out.index("11月12日 周四 10:00 · Mei（私信）")
    assert "Mei 在 KR5 点了 [0.7]" in out
    assert "Weekly check-in · Growth" in out
    assert "每周更新 → 安：请假" in out


def test_only_who_has_not_answered_is_reminded(stories: dict[str, Ended]) -> None:
    reminded = [row for row in stories["en"].out.split("\n") if "to go for Friday's board" in row]

    assert reminded == ["  | One to go for Friday's board: KR2."]


def test_the_same_story_has_the_same_bytes(line: Line, stories: dict[str, Ended]) -> None:
    assert line.run("demo", "--plain").out == stories["en"].out


def test_any_company_s_week_ends_after_its_digest(line: Line) -> None:
    first = line.run("demo", SMALL)

    assert (first.code, first.err) == (0, "")
    assert "Mei answers by a tap each." in first.out
    assert "Jack answers in words." in first.out
    assert "#growth\n  | Growth · OKR board" in first.out
    assert "0 in doubt" in first.out


ALONE = """
workspace: {name: One, timezone: Europe/Madrid}
people:
  - {handle: mei, name: Mei, address: {slack: U1MEI}}
teams:
  - {key: GRO, name: Growth, lead: mei}
cycles:
  - {name: 2018 Q3, first_day: 2018-07-01, last_day: 2018-09-30, state: closed}
objectives:
  - title: Sell tea
    key_results:
      - {title: Cups a day, from: 10, to: 100, owner: mei, history: [{at: 2018-09-28, value: 60}]}
      - {title: A shop of our own, type: milestone, owner: mei}
"""


def test_one_owner_without_a_channel_or_a_meeting_in_a_cycle_that_is_over(line: Line, tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(ALONE, encoding="utf-8")

    ended = line.run("demo", "alone.yaml")

    assert (ended.code, ended.err) == (0, "")
    assert "Growth has no channel, so its digest cannot be posted; everyone is asked all the same." in ended.out
    assert "Growth has no meeting, so it is asked on Mondays at 10:00" in ended.out
    assert "Mei answers by a tap each." in ended.out
    assert "0 in doubt" in ended.out


@pytest.mark.parametrize(
    "text",
    [
        "workspace: {name: One}\n",
        "workspace: {name: One}\npeople: [{handle: mei, name: Mei}]\nteams: [{key: GRO, name: Growth}]\n",
        ALONE.replace(", owner: mei", ""),
    ],
    ids=["nothing", "no key results", "no owners"],
)
def test_a_company_without_anybody_to_ask_is_told_in_one_sentence(line: Line, tmp_path: Path, text: str) -> None:
    (tmp_path / "empty.yaml").write_text(text, encoding="utf-8")

    ended = line.run("demo", "empty.yaml")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.endswith("so there is nobody to ask and no week to tell.")


def test_a_file_that_cannot_be_used_tells_each_line(line: Line, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(ALONE.replace("2018-07-01", "July"), encoding="utf-8")

    ended = line.run("demo", "broken.yaml")

    assert (ended.code, ended.out) == (2, "")
    first, *_, last = ended.complaint.split("\n")
    assert first.startswith("Line 8, cycles[1].first_day: ")
    assert last.startswith("broken.yaml cannot be used as it is;")
