"""Every kind of message and every reason has its words, in both languages."""

from string import Formatter

from bot.cards.render import Cards
from bot.cli import words
from bot.cli.words import KINDS, REASONS_ZH, Both
from bot.delivery.kinds import Skip
from bot.okr.planning import SkipReason
from bot.rituals import messages, person_messages
from bot.rituals.messages import message_kinds


def test_every_kind_of_message_has_its_words_and_no_other() -> None:
    assert set(KINDS) == set(message_kinds(Cards()))


def test_every_reason_for_not_sending_has_its_words_in_chinese() -> None:
    known = {one.value for one in SkipReason}
    known |= {
        one.reason for module in (messages, person_messages) for one in vars(module).values() if isinstance(one, Skip)
    }

    assert known - set(REASONS_ZH) == set()


def test_both_languages_are_filled_in_with_the_same() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    every = [one for one in vars(words).values() if isinstance(one, Both)] + [*words.NEXT, *KINDS.values()]

    assert len(every) > 40
    assert [one for one in every if names(one.en) != names(one.zh) or not one.en or not one.zh] == []
