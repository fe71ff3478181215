"""How people and conversations look in the lists of a page: name, role, local time, initials, what is unread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.cards.graphemes import clip, cut
from bot.cards.i18n import Lang
from bot.cards.moments import day, weekday, weekday_time
from bot.platforms.console.room import Spot
from bot.platforms.playground.room import PlaygroundRoom
from bot.platforms.playground.world import Channel, Human

HUES = 10
"""How many colours an avatar may have; the style sheet knows them as `hue-0` and so on."""
SEEN_AT_A_GLANCE = 12
"""People in a list that needs no order and no search."""
APART = 3
"""How far apart the colours of neighbours are."""
LONGEST_ROLE = 120
LONGEST_NAME = 80
"""Characters of a name that a page shows; names of four thousand were seen."""

_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Face:
    """One person of the list."""

    id: str
    name: str
    short_name: str
    role: str
    time: str
    """The wall clock where they are: `Thu 09:00`."""
    lang: str
    initials: str
    hue: int
    href: str
    unread: int
    is_me: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of the person one is."""

    name: str
    about: str
    href: str
    unread: int
    is_here: bool


def faces(people: Sequence[Human], room: PlaygroundRoom, me: Human, now: datetime, lang: Lang) -> list[Face]:
    """Everyone, in the order of the company; where they are many, whoever has news comes first."""
    unread, hues = room.unread_of_people(), hues_of(people)
    found = [_face(one, now, lang, unread.get(one.id, 0), hues[one.id], is_me=one.id == me.id) for one in people]
    if len(found) > SEEN_AT_A_GLANCE:
        found.sort(key=lambda one: (not one.is_me, not one.unread))
    return found


def hues_of(people: Sequence[Human]) -> dict[str, int]:
    """The colour of each person's avatar: neighbours in the list have different ones."""
    return {one.id: at * APART % HUES for at, one in enumerate(people)}


def _face(human: Human, now: datetime, lang: Lang, unread: int, hue: int, *, is_me: bool) -> Face:
    return Face(
        id=human.id,
        name=clip(human.name, LONGEST_NAME),
        short_name=clip(human.short_name, LONGEST_NAME // 2),
        role=clip(human.role, LONGEST_ROLE),
        time=weekday_time(now.astimezone(ZoneInfo(human.zone)), lang),
        lang="zh-Hans" if human.lang == "zh" else "en",
        initials=initials(human.name),
        hue=hue,
        href=dm_path(human.id),
        unread=unread,
        is_me=is_me,
    )


def talks(me: Human, channels: Sequence[Channel], room: PlaygroundRoom, here: str | None) -> list[Talk]:
    """The channels a person is in, their own conversation with Okra not among them."""
    by_name = {one.name: one for one in channels}
    return [
        Talk(
            name=clip(name.removeprefix("#"), LONGEST_NAME),
            about=clip(by_name[name].team, LONGEST_NAME) if name in by_name else "",
            href=channel_path(me.id, name),
            unread=room.unread(Spot(name, is_person=False), me.id),
            is_here=name == here,
        )
        for name in me.channels
    ]


def initials(name: str) -> str:
    """`AP` for Ana Prado, `梅` for 林梅; never empty."""
    words: list[str] = re.findall(r"\w+", name)
    if not words:
        return "?"
    if _HAN.match(words[0]):
        return words[0][-2:] if len(words[0]) > 2 else words[0][-1]
    return "".join(word[: cut(word, 1)] for word in (words[:1] + words[1:][-1:])).upper()


def dm_path(person: str) -> str:
    """Where a person's own conversation with Okra is."""
    return f"/as/{quote(person, safe='')}/dm"


def channel_path(person: str, channel: str) -> str:
    """Where a channel is, as that person."""
    return f"/as/{quote(person, safe='')}/channel/{quote(channel, safe='')}"


def day_label(at: datetime, lang: Lang) -> str:
    """`Thursday, 12 Nov` / `11月12日 星期四`, in the zone that `at` carries."""
    if lang == "zh":
        return f"{day(at.date(), lang)} {weekday(at.date(), lang, long=True)}"
    return f"{weekday(at.date(), lang, long=True)}, {day(at.date(), lang)}"
