"""`read`: how a reply would be read, rule by rule, with what would be stored and asked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES, Line

MRR = ("--kr", "Enterprise MRR: 30k -> 60k USD")
THREE = (*MRR, "--last", "41k", "--kr", "Activation 20% -> 40%", "--last", "28%", "--kr", "SSO live")


def parts(out: str) -> dict[str, list[str]]:
    """The page by its headings; what stands below one begins with two blanks."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in out.splitlines():
        if line.startswith("  "):
            lines.append(" ".join(line.split()))
        elif line:
            lines = found.setdefault(line, [])
    return found


def test_a_value_is_told_as_it_was_found_and_as_the_echo_says_it(line: Line) -> None:
    ended = line.run("read", *MRR, "45k of 60k")

    assert (ended.code, ended.err) == (0, "")
    page = parts(ended.out)
    assert page["Key results"] == ["KR1 Enterprise MRR: increase, $30k → $60k"]
    assert page["Result"] == ["✓ KR1 $45k"]
    assert "Question" not in page
    read = page["How it is read"]
    assert "text '45k of 60k'" in read
    assert "rule what it says about each key result: yes" in read
    assert "number '45k' = 45000" in read
    (taken,) = [one for one in read if one.startswith("could be")]
    assert taken.startswith("could be '45k of 60k': value 45000 (near what is known, 30000 to 60000; a part of a whole")


def test_several_key_results_masks_fields_words_and_questions(line: Line) -> None:
    said = "KR1 46k by 12 May, see JIRA-12; KR2 at risk, next: call GC by Fri; KR3 done, 8/10"
    page = parts(line.run("read", *THREE, "--now", "2026-11-12T10:00", said).out)

    read = page["How it is read"]
    assert [one for one in read if one.startswith("segment")] == [
        "segment KR1: '46k by 12 May, see JIRA-12'",
        "segment KR2: 'at risk, next: call GC by Fri'",
        "segment KR3: 'done, 8/10'",
    ]
    assert "masked '12 May', 'JIRA-12': no metric number" in read
    assert "field next step: call GC by Fri" in read
    assert "word 'at risk': at risk" in read
    assert "word 'see JIRA-12': no listed word alone in its clause, so at most a note" in read
    assert page["Result"][0].startswith("✓ KR1 $41k → $46k")
    assert "Next step noted: call GC (by 13 Nov)" in page["Result"]
    assert page["Question"] == ["Done, or 8/10 likely?", "[Done] [8/10]"]


def test_chinese_is_answered_in_chinese(line: Line) -> None:
    page = parts(
        line.run("read", "--lang", "zh", "--kr", "月付费用户 8000 → 15000人", "--last", "10500", "新增800").out
    )

    assert page["Result"] == ["Nothing is stored."]
    assert "1.05万 +800 = 1.13万" in page["Question"][0]
    assert "[" in page["Question"][1]


@pytest.mark.parametrize(
    ("kr", "described"),
    [
        ("0.5% to 0.2%", "decrease, 0.5% → 0.2%"),
        ("0 -> 12 interviews", "interviews: increase, 0 → 12"),
        ("SSO live", "SSO live: milestone"),
        ("Keep utilisation 70-80%", "Keep utilisation: range, 70% to 80%"),
        ("Baseline for e-coupon redemption rate", ": baseline"),
        ("SOC 2 report; steps: 4", "SOC 2 report: milestone with steps"),
        ("NPS; from: 40; anchors: 50, 60, 80", "NPS: increase, 40 → 80, anchors 50, 60, 80"),
        ("NPS 32 -> 45; proposes: 0.8; value: 41", "NPS: increase, 32 → 45, last 41, proposes 0.8"),
        ("上线单点登录", "上线单点登录: milestone"),
        ("季度成交额 0 -> 25万¥", "季度成交额: increase, ¥0 → ¥250k"),
    ],
)
def test_key_results_are_written_in_one_line(line: Line, kr: str, described: str) -> None:
    (told,) = parts(line.run("read", "--kr", kr, "same").out)["Key results"]

    assert told.endswith(described)


def test_how_a_person_writes_changes_what_is_read(line: Line) -> None:
    euros = ("read", "--kr", "Order value €1 -> €2", "1,250")
    assert parts(line.run(*euros, "--number-style", "comma").out)["Result"] == ["✓ KR1 €1.25"]

    way = parts(line.run("read", *MRR, "--percent-means", "way", "70%").out)["Result"]
    assert way == ["✓ KR1 70% of the way = $51k"]
    ask = parts(line.run("read", *MRR, "70%").out)
    assert ask["Question"][1] == "[Of target] [Of the way] [Landing]"


def test_a_wish_is_told_as_one(line: Line) -> None:
    assert parts(line.run("read", *MRR, "undo").out)["Result"] == ["It takes back the last entry."]


@pytest.fixture
def teebee(line: Line) -> Line:
    line.has(EXAMPLES / "teebee.yaml")
    return line


def test_a_real_key_result_is_read_as_its_owners_reply_and_nothing_is_written(teebee: Line, tmp_path: Path) -> None:
    def counts() -> list[int]:
        with closing(sqlite3.connect(tmp_path / "okra.db")) as db:
            tables = ("check_in", "inbox", "clarification", "delivery", "reading", "person")
            return [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]  # noqa: S608

    before = counts()
    ended = teebee.run("read", "--from-database", "gro-1", "--now", "2026-11-12T10:00+01:00", "46k, on track")

    page = parts(ended.out)
    assert ended.code == 0
    assert page["Key results"][0].startswith("KR1 ")
    assert page["Result"][0].startswith("✓ KR1 ")
    assert "on track" in page["Result"][0]
    assert counts() == before


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("45k",), "Say what it is about: --kr for key results as you write them, or --from-database for real ones."),
        (("--kr", "grow by 10%", "45k"), "--kr 'grow by 10%': by how much, and not from where to where."),
        (("--kr", "refunds; to: abc", "45k"), "'abc' is not a number; write 31,"),
        (("--kr", "refunds; foo: 1", "45k"), "'foo: 1' of --kr 'refunds; foo: 1' is not understood."),
        (("--kr", " ; to: 1", "45k"), "--kr ' ; to: 1' has no words."),
        (("--kr", "NPS; type: odd", "45k"), "'odd' is no type of key result; there are increase, decrease, range"),
        ((*MRR, "--last", "1", "--last", "2", "45k"), "There are more --last than --kr"),
        ((*MRR, "--lang", "fr", "45k"), "--lang is one of en, zh, not 'fr'."),
        ((*MRR, "--number-style", "point", "45k"), "--number-style is one of dot, comma, unknown, not 'point'."),
        ((*MRR, "--percent-means", "x", "45k"), "--percent-means is one of landing, way, target, ask, not 'x'."),
        ((*MRR, "--score-mode", "x", "45k"), "--score-mode is one of forecast, progress, not 'x'."),
        ((*MRR, "--now", "soon", "45k"), "'soon' is no moment; write it like 2026-11-12T10:00."),
        (
            ("--from-database", "GRO-99", "45k"),
            "There is no key result 'GRO-99' here; name it by its key, such as GRO-2.",
        ),
        (("--from-database", "KR", "45k"), "There is no key result 'KR' here; name it by its key, such as GRO-2."),
    ],
)
def test_bad_input_is_one_sentence(teebee: Line, arguments: tuple[str, ...], complaint: str) -> None:
    ended = teebee.run("read", *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert complaint in ended.complaint
    assert "\n" not in ended.complaint
