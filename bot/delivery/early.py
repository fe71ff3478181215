"""News that came before there was a place to keep it: Okra was let in before its OKRs were imported."""

from collections import OrderedDict
from collections.abc import Collection

from bot.delivery.news import ChatNews, News

MOST = 1000

Place = tuple[str, str]
"""Platform and installation, as the platform calls them."""


class EarlyNews:
    """Remembers, in the order in which it came, where Okra was let in and taken out, until that can be written down.

    Of a chat it is the newest of each kind. A restart forgets it; a message from there tells most of it again.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Place, str, bool, bool], ChatNews] = OrderedDict()

    def keep(self, news: News) -> None:
        """Remember it, if it is about a chat: all else is read anew once a place is there."""
        if not isinstance(news, ChatNews):
            return
        key = (_place(news), news.chat, news.is_open, news.whole)
        self._kept.pop(key, None)
        self._kept[key] = news
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    @property
    def places(self) -> set[Place]:
        """What it is about."""
        return {place for place, *_ in self._kept}

    def take(self, places: Collection[Place]) -> list[ChatNews]:
        """What was remembered of these places; it is forgotten here."""
        keys = [key for key in self._kept if key[0] in places]
        return [self._kept.pop(key) for key in keys]


def _place(news: ChatNews) -> Place:
    return news.platform, news.installation
