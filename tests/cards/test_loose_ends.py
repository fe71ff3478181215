"""A dot that leads over to a button goes where the button stands beside the text."""

from bot.cards.loose_ends import without_loose_end
from bot.cards.model import Run, Style


def test_the_dot_at_the_end_goes_and_no_other() -> None:
    lines = ((Run("Updated · "), Run("2 of 5", Style.BOLD)), (Run("Next steps · 2 of 3 ·"),))

    assert without_loose_end(lines) == (lines[0], (Run("Next steps · 2 of 3"),))


def test_a_dot_alone_leaves_nothing() -> None:
    assert without_loose_end(((Run("All"), Run(" ·")),)) == ((Run("All"),),)


def test_a_text_without_it_stays() -> None:
    lines = ((Run("Updated 2 of 5"),),)

    assert without_loose_end(lines) == lines
