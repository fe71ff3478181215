"""`docs/advice.md` names every check with its words in both languages, and what ten real key results are told."""

import re
from collections.abc import Sequence
from pathlib import Path

from bot.cards.i18n import Catalogues
from bot.okr.quality import CHECKS, Moment, check_key_result, told_once
from bot.views.advice import ADVICE
from tests.okr.quality.cases import ALL, facts

PAGE = Path(__file__).parents[2] / "docs" / "advice.md"
HEAD = "| Check | | In English | 简体中文 | Tried: must, must not |"


def table() -> Sequence[str]:
    """A row for each check: how grave, what it says, and how many texts it was tried on."""
    words = Catalogues()
    return [
        f"| {check} | {one.severity.value} | {ADVICE[check].msgid} | {words.gettext('zh', ADVICE[check].msgid)} "
        f"| {len(ALL[check].must)}, {len(ALL[check].must_not)} |"
        for check, one in CHECKS.items()
    ]


def examples() -> Sequence[tuple[str, list[str]]]:
    """The real lines of the page, each with the checks that it names."""
    found = re.findall(r"^\| “(.+?)” \| ([^|]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(text, re.findall(r"K\d\d|P\d\d", checks)) for text, checks in found]


def test_the_page_has_every_check_as_it_is_told() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    at = lines.index(HEAD) + 2

    assert lines[at : at + len(CHECKS)] == table()


def test_the_ten_real_key_results_are_told_what_the_page_says() -> None:
    told = [
        (text, [one.check for one in told_once(check_key_result(facts(text), (), Moment.DRAFT))])
        for text, _checks in examples()
    ]

    assert len(told) == 10
    assert told == examples()


def test_every_check_has_words_in_both_languages() -> None:
    words = Catalogues()

    assert set(ADVICE) == set(CHECKS)
    assert [check for check, one in ADVICE.items() if words.gettext("zh", one.msgid) == one.msgid] == []
