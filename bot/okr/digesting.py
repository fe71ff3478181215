"""What a digest says, in which order and within which limits: pure (spec/08 §13.2)."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.okr.assess import Assessment
from bot.okr.exact import compare
from bot.okr.model import Commitment, FreshnessState, KRState, Status, Tag
from bot.okr.rollup import StatusCount
from bot.okr.shown import rounded

OBJECTIVES = 2

RED = (Status.OFF_TRACK, Status.MISSED)
YELLOW = (Status.AT_RISK,)
BLUE = (Status.DONE, Status.AHEAD)
_GREY = (Status.TO_SCORE, Status.NO_SIGNAL)
_ON_THE_BOARD = (KRState.ACTIVE, KRState.CLOSED)
_LAST = Decimal("-Infinity")


@dataclass(frozen=True, slots=True)
class Before:
    """A key result as the last digest showed it."""

    status: Status
    score: Decimal | None = None
    confidence: Decimal | None = None
    value: Decimal | None = None
    tags: tuple[Tag, ...] = ()


# --- the board --------------------------------------------------------------------------------


class Trend(StrEnum):
    """What became of a figure since the last digest; the value is its sign."""

    UP = "▲"
    DOWN = "▼"
    SAME = "="


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that are shown, in their given order, and how many of each colour are folded, worst first."""

    shown: tuple[Assessment, ...]
    folded: tuple[StatusCount, ...]

    @property
    def only_on_track(self) -> bool:
        """True where all that is folded is on track: it is then said in words."""
        return [one.status for one in self.folded] == [Status.ON_TRACK]


def is_on_board(state: Assessment) -> bool:
    """Paused, dropped and draft key results are not in a digest."""
    return state.kr.state in _ON_THE_BOARD


def trend_of(state: Assessment, before: Before | None) -> Trend | None:
    """Score (of a yes/no KR its likelihood) against the last digest, as shown; None where there is no comparison."""
    if before is None:
        return None
    binary = state.kr.is_binary
    old, new = (before.confidence, state.current.confidence) if binary else (before.score, state.score)
    if old is None or new is None:
        return None
    # Compared as people see them: 0.27 and 0.27 with an arrow between would be a riddle.
    change = compare(rounded(new), rounded(old))
    return Trend.SAME if change == 0 else Trend.UP if change > 0 else Trend.DOWN


def has_changed(state: Assessment, before: Before | None) -> bool:
    """True where anything that a row shows differs from the last digest."""
    if before is None:
        return True
    now = (state.status, state.score, state.current.confidence, state.current.value, state.tags)
    return now != (before.status, before.score, before.confidence, before.value, before.tags)


def rows_of(states: Sequence[Assessment], lines: int, *, folded: Collection[int] = ()) -> Rows:
    """At most `lines` lines, the fold among them: who needs attention stays, on-track key results fold first.

    `folded` are key results that fold whatever their colour: those without change, in teams that meet more than
    once a week.
    """
    candidates = [one for one in states if one.kr.id not in folded]
    room = lines if len(candidates) == len(states) <= lines else lines - 1
    kept = {one.kr.id for one in sorted(candidates, key=_attention)[: max(room, 0)]}
    rest = [one for one in states if one.kr.id not in kept]
    return Rows(tuple(one for one in states if one.kr.id in kept), fold(rest))


def fold(states: Iterable[Assessment]) -> tuple[StatusCount, ...]:
    """How many there are of each colour, worst first."""
    colours = [_colour(one.status) for one in states]
    order = (Status.OFF_TRACK, Status.AT_RISK, Status.NO_SIGNAL, Status.ON_TRACK, Status.AHEAD, Status.DONE)
    return tuple(StatusCount(status, colours.count(status)) for status in order if status in colours)


def _colour(status: Status) -> Status:
    """Statuses of one icon count as one."""
    if status in RED:
        return Status.OFF_TRACK
    return Status.NO_SIGNAL if status in _GREY else status


def _attention(state: Assessment) -> tuple[int, tuple[int, int, Decimal, int]]:
    order = (RED, YELLOW, _GREY, BLUE, (Status.ON_TRACK,))
    return next(rank for rank, statuses in enumerate(order) if state.status in statuses), _by_gap(state)


# --- ahead and short --------------------------------------------------------------------------


def newly_ahead(states: Iterable[Assessment], before: Mapping[int, Before]) -> tuple[Assessment, ...]:
    """✅ and 🔵 that the last digest did not show as such: done first, then by number."""
    silent = (FreshnessState.STALE, FreshnessState.DARK, FreshnessState.FEED_QUIET)  # nothing to cheer about
    heard = [one for one in states if one.freshness.state not in silent]
    fresh = [one for one in heard if one.status in BLUE and not _was(before.get(one.kr.id), one.status)]
    return tuple(sorted(fresh, key=lambda one: (BLUE.index(one.status), one.kr.number)))


def short_of(states: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """🔴 before 🟡, committed first, then the largest (expected − score), then the number (spec/08 §13.2)."""
    return tuple(sorted((one for one in states if one.status in RED + YELLOW), key=_by_gap))


def all_well(states: Sequence[Assessment]) -> bool:
    """Every key result is heard of, and none is short. Silence is never told as good news."""
    return bool(states) and not short_of(states) and not any(one.status in _GREY for one in states)


def _by_gap(state: Assessment) -> tuple[int, int, Decimal, int]:
    gap = state.gap_score
    # Gaps that are equal within the tolerance must not be ordered by the noise of a division.
    size = _LAST if gap is None else rounded(gap, 9)
    return (
        0 if state.status in RED else 1,
        0 if state.kr.commitment is Commitment.COMMITTED else 1,
        -size,
        state.kr.number,
    )


def _was(before: Before | None, status: Status) -> bool:
    return before is not None and before.status is status


# --- limits -----------------------------------------------------------------------------------

BOARD_LINES = 5
BOARD_LINES_TWO = 7
LINES = 20
LINES_TWO = 23
WORDS = 170
HANZI = 300

_HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to read. A word is what stands between blanks and has a letter or a digit but no 汉字."""

    lines: int
    words: int
    hanzi: int


def size_of(text: str) -> Size:
    """The size of a digest's plain text."""
    tokens = text.split()
    words = sum(1 for token in tokens if _WORD.search(token) and not _HANZI.search(token))
    return Size(len(text.splitlines()), words, len(_HANZI.findall(text)))


def fits(text: str, objectives: int) -> bool:
    """True where a digest keeps its limits: 20 lines (23 with two objectives), 170 words, 300 汉字 (spec/08 §13.2)."""
    size, lines = size_of(text), LINES if objectives < OBJECTIVES else LINES_TWO
    return size.lines <= lines and size.words <= WORDS and size.hanzi <= HANZI


@dataclass(frozen=True, slots=True)
class Cut:
    """How much of each block is said. `notes` and the texts are in characters; 0 notes: none at all."""

    notes: int = 140
    question: bool = True
    ahead: int = 2
    short: int = 3
    improve: int = 2
    text: int | None = None
    """Titles of objectives, next steps and names are cut to this; None leaves them whole."""
    title: int | None = None
    """Short titles, in the same way."""


def _cuts() -> tuple[Cut, ...]:
    """Everything, then the specification's order; after it ours, for titles that nobody could read out anyway."""
    steps: tuple[Callable[[Cut], Cut], ...] = (
        lambda cut: replace(cut, notes=60),
        lambda cut: replace(cut, question=False),
        lambda cut: replace(cut, ahead=0),
        lambda cut: replace(cut, short=2),
        lambda cut: replace(cut, improve=1),
        lambda cut: replace(cut, notes=0),
        lambda cut: replace(cut, improve=0),
        lambda cut: replace(cut, text=60),
        lambda cut: replace(cut, text=30, title=24),
        lambda cut: replace(cut, text=15, title=15, short=1),
        lambda cut: replace(cut, text=8, title=8),
    )
    found = [Cut()]
    for step in steps:
        found.append(step(found[-1]))
    return tuple(found)


CUTS = _cuts()
"""From a full digest to the shortest one, in the order in which things are left out (spec/08 §13.2)."""


def brief(text: str, limit: int | None) -> str:
    """`text` in as many words as `limit` characters usually hold; the characters themselves are cut where it is shown.

    A title of one-letter words would otherwise stay long for the ear.
    """
    if limit is None:
        return text
    words = text.split()
    most = max(1, limit // 5)
    return text if len(words) <= most else " ".join(words[:most]) + "…"
