"""An answer with a chart: said at once with bars of text, and the picture after it where the workspace allows one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.cards.chart_png import picture
from bot.cards.model import Card, Chart
from bot.delivery.port import ChatError, Rejected
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.chart_blocks import as_native, as_pictures
from bot.platforms.slack.files import may_upload, upload_picture
from bot.platforms.slack.grants import Grant
from bot.platforms.slack.port import content
from bot.platforms.slack.texts import escaped_clip
from bot.where import what_and_where

logger = logging.getLogger(__name__)

NAME = "okr-chart.png"
"""Of every picture alike: a file's name may be seen where its message is not."""

_MAX_TEXT = 3000

_NO_SUCH_BLOCK = "invalid_blocks"
"""Slack's word for a block that it does not take; any other refusal says nothing about the chart."""

Content = dict[str, Any]
T = TypeVar("T")
Say = Callable[[Content], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Way:
    """How the picture comes after the answer: in its place, or as a message below it where Slack cannot replace it.

    `show` gets the whole answer again, or only the chart, by `replaces`.
    """

    show: Callable[[Content], Awaitable[object]]
    replaces: bool


class Showing:
    """Says answers that may hold charts. `native` takes Slack's own chart block, wherever Slack takes it."""

    def __init__(self, *, native: bool) -> None:
        self._native = native
        self._refused: set[str] = set()
        """The workspaces in which Slack does not take its chart block."""
        self._drawing = asyncio.Lock()
        """One at a time: many at once would hold every thread that the loop has for its own needs."""

    def must_be_heard(self, grant: Grant, card: Card) -> bool:
        """Whether Slack may refuse an answer, so that it cannot go with an acknowledgement: that is never refused."""
        return self._native and grant.team_id not in self._refused and bool(charts_of(card))

    def will_draw(self, grant: Grant, card: Card) -> bool:
        """Whether a picture is to follow an answer."""
        return bool(charts_of(card)) and may_upload(grant)

    async def say(self, api: SlackApi, grant: Grant, card: Card, say: Say[T], way: Callable[[T], Way]) -> None:
        """Say an answer; where it has a chart, draw it afterwards. Raises what `say` raises."""
        if self.must_be_heard(grant, card):
            try:
                await say(content(card, as_native))
            except Rejected as error:
                if _NO_SUCH_BLOCK not in str(error):
                    raise
                self._refused.add(grant.team_id)
                logger.warning("Slack does not take its chart block here; from now on charts are drawn: %s", error)
            else:
                return
        said = await say(content(card))
        await self.draw(api, grant, card, way(said))

    async def draw(self, api: SlackApi, grant: Grant, card: Card, way: Way) -> None:
        """Bring the pictures of an answer that stands there with bars. Whatever goes wrong, the bars stay."""
        if not self.will_draw(grant, card):
            return
        try:
            files = await self._uploaded(api, card)
            await way.show(content(card, as_pictures(files)) if way.replaces else _alone(card, files))
        except ChatError as error:
            logger.warning("A chart stays as text: %s", error)
        except Exception as error:  # noqa: BLE001 - whatever broke in drawing: the answer itself was given
            logger.error("A chart stays as text: %s", what_and_where(error))

    async def _uploaded(self, api: SlackApi, card: Card) -> Mapping[Chart, str]:
        files: dict[Chart, str] = {}
        for chart in charts_of(card):
            async with self._drawing:
                data = await picture(chart)
            if data is not None:
                files[chart] = await upload_picture(api, NAME, data, chart.alt)
        return files


def charts_of(card: Card) -> tuple[Chart, ...]:
    """The charts of an answer."""
    return tuple(block for block in card.blocks if isinstance(block, Chart))


def _alone(card: Card, files: Mapping[Chart, str]) -> Content:
    """Only what is drawn, and as its text what it shows."""
    charts = charts_of(card)
    said = content(Card(charts, card.lang), as_pictures(files))
    return said | {"text": escaped_clip("\n".join(chart.alt for chart in charts), _MAX_TEXT)}
