"""Every kind of message and every reason has its words, in both languages."""

import ast
from pathlib import Path
from string import Formatter

from bot.cards.render import Cards
from bot.cli import words
from bot.cli.playing import words as playing_words
from bot.cli.words import KINDS, REASONS, Both
from bot.delivery.sending import GONE
from bot.delivery.updating import NO_PAGES
from bot.okr.planning import SkipReason
from bot.okr.replies.units import has_han
from bot.rituals.messages import message_kinds
from storage.backup import MAYBE_SENT
from storage.dead_letters import DISCARDED
from storage.erasing import REASON as ERASED

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_of_message_has_its_words_and_no_other() -> None:
    assert set(KINDS) == set(message_kinds(Cards()))


def reasons_in(folder: Path) -> set[str]:
    """Every reason that is written down somewhere as a text of its own."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Skip":
                found |= {one.value for one in node.args if isinstance(one, ast.Constant)}
            if isinstance(node, ast.keyword) and node.arg == "skipped" and isinstance(node.value, ast.Constant):
                found.add(node.value.value)
    return {one for one in found if isinstance(one, str)}


def test_every_reason_for_not_sending_has_its_words_in_both_languages() -> None:
    written = reasons_in(ROOT / "bot")
    assert len(written) > 20
    known = {one.value for one in SkipReason} | written | {MAYBE_SENT, ERASED, DISCARDED, NO_PAGES, GONE}

    assert known - set(REASONS) == set()
    for text in known:
        assert not has_han(words.reason(text, "en"))
        assert has_han(words.reason(text, "zh"))


def test_a_reason_that_nobody_knows_is_told_all_the_same() -> None:
    assert words.reason("the sky fell", "en") == "the sky fell"
    assert words.reason("the sky fell", "zh") == "决定不发"


def test_both_languages_are_filled_in_with_the_same() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    modules = (words, playing_words)
    every = [one for module in modules for one in vars(module).values() if isinstance(one, Both)]
    every += [*words.NEXT, *KINDS.values(), *REASONS.values()]

    assert len(every) > 40
    assert [one for one in every if names(one.en) != names(one.zh) or not one.en or not one.zh] == []
