"""What a reply is read against: the key results, and the person's habits."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from bot.okr.model import KRType, ScoreMode
from bot.okr.replies.trace import NOBODY, Trace

Lang = Literal["en", "zh"]
NumberStyle = Literal["dot", "comma", "unknown"]
PercentMeans = Literal["landing", "way", "target", "ask"]


@dataclass(frozen=True, slots=True)
class ReplyKR:
    """A key result as far as reading a reply needs it. `metric` empty: the title stands in."""

    label: str
    key: str
    title: str
    short_title: str
    aliases: tuple[str, ...]
    type: KRType
    unit: str = ""
    decimals: int = 0
    baseline: Decimal | None = None
    target: Decimal | None = None
    anchors: tuple[Decimal, ...] = ()
    range_lo: Decimal | None = None
    range_hi: Decimal | None = None
    last_value: Decimal | None = None
    last_confidence: Decimal | None = None
    last_self_score: Decimal | None = None
    automated: bool = False
    proposed_self_score: Decimal | None = None
    has_steps: bool = False
    metric: str = ""
    own: bool = False
    """The person answers for it, open or not: a bare `KR4` may mean it as well as the KR4 that is open."""

    @property
    def is_binary(self) -> bool:
        return self.type is KRType.MILESTONE and not self.has_steps

    @property
    def is_number(self) -> bool:
        """True where a plain number is its value: increase, decrease, range."""
        return self.type in (KRType.INCREASE, KRType.DECREASE, KRType.RANGE)

    @property
    def goal(self) -> Decimal | None:
        """The target, or the 1.0 anchor that stands for it (spec/02 §4.6)."""
        if self.target is not None:
            return self.target
        return self.anchors[-1] if self.anchors else None

    @property
    def number(self) -> int | None:
        """2 for `KR2` and for `GRO-2`."""
        digits = ""
        for sign in reversed(self.label):
            if not ("0" <= sign <= "9"):
                break
            digits = sign + digits
        return int(digits) if digits else None

    @property
    def names(self) -> tuple[str, ...]:
        """What people call it: aliases, short title, title."""
        return _each_once(self.aliases, self.short_title, self.title)

    @property
    def has_something_shown(self) -> bool:
        """True if 👍 has something to confirm: a last value, likelihood or proposal (spec/05 §10.7)."""
        shown = (self.last_value, self.last_confidence, self.proposed_self_score)
        return any(part is not None for part in shown)


@lru_cache(maxsize=1_024)
def _each_once(aliases: tuple[str, ...], short_title: str, title: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (*aliases, short_title, title) if name.strip()))


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What a reply is read against.

    `key_results` are the prompt's open ones in the order shown; `known` all the person's, which labels
    may name too; `focus` the label of the KR whose card or thread the reply is in; `elsewhere` the keys, in capitals,
    of the teams that labels in the text are of; `trace` hears how it is read.
    """

    lang: Lang = "en"
    number_style: NumberStyle = "unknown"
    percent_means: PercentMeans = "ask"
    key_results: tuple[ReplyKR, ...] = ()
    known: tuple[ReplyKR, ...] = ()
    focus: str | None = None
    elsewhere: frozenset[str] = frozenset()
    score_mode: ScoreMode = ScoreMode.FORECAST
    trace: Trace = field(default=NOBODY, compare=False, repr=False)

    def everyone(self) -> tuple[ReplyKR, ...]:
        """Open KRs first, then the rest of the person's, each once."""
        open_labels = {kr.label for kr in self.key_results}
        return (*self.key_results, *(kr for kr in self.known if kr.label not in open_labels))

    def find(self, label: str | None) -> ReplyKR | None:
        return next((kr for kr in self.everyone() if kr.label == label), None)

    def focused_on(self, label: str) -> "ReplyContext":
        return replace(self, focus=label)
