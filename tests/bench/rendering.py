"""How long a weekly question takes to become a platform's own message, once its facts are there."""

from collections.abc import Callable

from bot.cards.html import card_html
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.platforms.slack.blocks import render_message
from bot.platforms.teams.cards import render_card
from tests.bench.table import Aim, Line, Table, median_of
from tests.cards.samples_check_in import CHECK_IN

SOON = Aim(0.002, of_figure=True)
PLATFORMS: dict[str, Callable[[Card], object]] = {
    "Slack": render_message,
    "Teams": render_card,
    "the console": card_html,
}


def cost_of_rendering(table: Table, times: int) -> None:
    """From facts to what is sent: the template is filled and the card laid out, each time anew."""
    cards = Cards()
    table.section("Rendering a weekly question about three key results")
    card = cards.card("check_in", "en", **CHECK_IN)
    for name, render in PLATFORMS.items():
        alone = median_of(lambda render=render: render(card), times)  # type: ignore[misc]
        ours = median_of(lambda render=render: render(cards.card("check_in", "en", **CHECK_IN)), times)  # type: ignore[misc]
        note = f"of it {alone * 1e3:.2f} ms from the card to the platform's own words"
        table.add(Line(f"for {name}", ours, None, "", note, aim=SOON))
