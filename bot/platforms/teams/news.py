"""What Teams tells about where Okra is, read into `News`; an empty list where it is nothing to us."""

from collections.abc import Sequence

from bot.delivery.news import ChatNews, News
from bot.platforms.teams.inbound import PLATFORM, Heard
from storage import models as m

_TELLING = frozenset({"message", "conversationUpdate", "installationUpdate"})


def news_of(heard: Heard) -> Sequence[News]:
    """What there is to remember about where this person, or this channel, can be written to."""
    if heard.kind not in _TELLING or heard.is_ourselves:
        return ()
    removed = heard.kind == "installationUpdate" and str(heard.body.get("action", "")).startswith("remove")
    kind = m.ChatKind.PERSONAL if heard.is_personal else m.ChatKind.CHANNEL
    chat = ChatNews(
        platform=PLATFORM,
        installation=heard.tenant,
        chat=heard.channel,
        kind=kind,
        ref=heard.ref | {"conversation_id": heard.channel},
        is_open=not removed,
        person=heard.person if heard.is_personal else "",
        locale=heard.locale or "",
        timezone=heard.timezone or "",
    )
    return (chat,)
