"""What the reply reader takes and gives: contexts in, readings and questions out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from bot.okr.model import Band, KRType, ScoreMode
from bot.okr.replies.trace import NOBODY, Trace

Lang = Literal["en", "zh"]
NumberStyle = Literal["dot", "comma", "unknown"]
PercentMeans = Literal["landing", "way", "target", "ask"]
Measure = Literal["self_score", "confidence", "percent"]
"""What a number of a question is where it is not the value of its key result."""
Json = Mapping[str, object]


class Code(StrEnum):
    """Every question of spec/05 §10.10, then the follow-ups of §10.8 and of spec/07 §12.1-12.6."""

    Q_WHICH_KR = "Q_WHICH_KR"
    Q_LIST_ORDER = "Q_LIST_ORDER"
    Q_SAME_ALL = "Q_SAME_ALL"
    Q_DONE_ALL = "Q_DONE_ALL"
    Q_NO_SUCH_KR = "Q_NO_SUCH_KR"
    Q_SCORE_OR_VALUE = "Q_SCORE_OR_VALUE"
    Q_PERCENT_MEANS = "Q_PERCENT_MEANS"
    Q_PCT_VALUE = "Q_PCT_VALUE"
    Q_RATIO = "Q_RATIO"
    Q_CONF_OR_VALUE = "Q_CONF_OR_VALUE"
    Q_TARGET_MISMATCH = "Q_TARGET_MISMATCH"
    Q_DELTA = "Q_DELTA"
    Q_RANGE = "Q_RANGE"
    Q_SEPARATOR = "Q_SEPARATOR"
    Q_UNIT = "Q_UNIT"
    Q_UNIT_TIME = "Q_UNIT_TIME"
    Q_CURRENCY = "Q_CURRENCY"
    Q_OUTLIER = "Q_OUTLIER"
    Q_TWO_NUMBERS = "Q_TWO_NUMBERS"
    Q_OUT_OF_RANGE = "Q_OUT_OF_RANGE"
    Q_DONE_METRIC = "Q_DONE_METRIC"
    Q_BASELINE_VALUE = "Q_BASELINE_VALUE"
    Q_BINARY_ONE = "Q_BINARY_ONE"
    Q_DONE_OR_LIKELY = "Q_DONE_OR_LIKELY"
    Q_STEPS = "Q_STEPS"
    Q_ALMOST = "Q_ALMOST"
    Q_NUMBER = "Q_NUMBER"
    Q_NO_UPDATE = "Q_NO_UPDATE"
    Q_WHEN = "Q_WHEN"
    Q_CONTRADICT = "Q_CONTRADICT"
    Q_CONF_WORD = "Q_CONF_WORD"
    Q_FUTURE = "Q_FUTURE"
    Q_CONFIRM = "Q_CONFIRM"
    Q_NOTE_ONLY = "Q_NOTE_ONLY"
    Q_NEW_VALUE = "Q_NEW_VALUE"
    Q_DROP = "Q_DROP"
    Q_OWNER = "Q_OWNER"
    Q_AWAY = "Q_AWAY"
    Q_UNKNOWN = "Q_UNKNOWN"
    Q_LANDS = "Q_LANDS"
    Q_HOPEFUL = "Q_HOPEFUL"
    Q_HELP = "Q_HELP"
    Q_MOVE = "Q_MOVE"
    Q_SLOW_START = "Q_SLOW_START"


class Intent(StrEnum):
    """What a reply as a whole wants."""

    UPDATE = "update"
    SNOOZE = "snooze"
    UNDO = "undo"
    HELP = "help"
    THANKS = "thanks"
    STOP = "stop"
    QUESTION = "question"
    AWAY = "away"
    NOTHING_OPEN = "nothing_open"
    """Words for all that is asked, where nothing is."""


class Opens(StrEnum):
    """What a pressed button opens instead of storing something."""

    UPDATE_FORM = "update_form"
    STEPS_FORM = "steps_form"
    NEXT_STEP_FORM = "next_step_form"
    CHANGE_FORM = "change_form"
    DROP_FORM = "drop_form"
    PAUSE_FORM = "pause_form"
    OWNER_PICKER = "owner_picker"
    ASK_LEAD = "ask_lead"
    ASK_TEAM = "ask_team"


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
        return tuple(dict.fromkeys(name for name in (*self.aliases, self.short_title, self.title) if name.strip()))

    @property
    def has_something_shown(self) -> bool:
        """True if 👍 has something to confirm: a last value, likelihood or proposal (spec/05 §10.7)."""
        shown = (self.last_value, self.last_confidence, self.proposed_self_score)
        return any(part is not None for part in shown)


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What a reply is read against.

    `key_results` are the prompt's open ones in the order shown; `known` all the person's, which labels
    may name too; `focus` the label of the KR whose card or thread the reply is in; `trace` hears how it is read.
    """

    lang: Lang = "en"
    number_style: NumberStyle = "unknown"
    percent_means: PercentMeans = "ask"
    key_results: tuple[ReplyKR, ...] = ()
    known: tuple[ReplyKR, ...] = ()
    focus: str | None = None
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


@dataclass(frozen=True, slots=True)
class AskFacts:
    """The facts a question shows, and those its buttons store. Numbers are in the KR's unit unless said.

    `v` the number in doubt · `p` a percentage, 70 for 70% · `a`, `b` the two readings · `c` n of n/10 ·
    `d` a change · `pct` a computed percentage · `score` 0-1 · `raw` what was typed of it · `text` the
    reply to read again once the question is answered · `labels` KRs to choose from · `items` what was said of each
    of them, or the words that contradict each other; `clash` what those mean · `measure` what the numbers are where
    they are no values · `first`, `until` days of an absence as ISO dates · `name`, `person` who may answer meanwhile ·
    `offers_pace` whether a slow-start pace may be offered to who says that it is just slow.
    """

    v: Decimal | None = None
    last: Decimal | None = None
    p: Decimal | None = None
    a: Decimal | None = None
    b: Decimal | None = None
    c: Decimal | None = None
    d: Decimal | None = None
    sum: Decimal | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    pct: Decimal | None = None
    score: Decimal | None = None
    raw: str | None = None
    text: str | None = None
    status: Band | None = None
    labels: tuple[str, ...] = ()
    numbers: tuple[Decimal, ...] = ()
    items: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()
    measure: Measure | None = None
    first: str | None = None
    until: str | None = None
    name: str | None = None
    person: int | None = None
    agree: bool = False
    offers_pace: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """What a reply says about one KR. Where `ask` is set nothing is stored yet but the note it keeps.

    `no_change` attests number and judgement · `agree` confirms what was shown (👍, yes) · `amend`
    corrects the last entry · `computed_from_percent` the percentage `value` was computed from,
    `percent_basis` whether it was of the way or of the target.
    """

    label: str
    value: Decimal | None = None
    self_score: Decimal | None = None
    confidence: Decimal | None = None
    status: Band | None = None
    done: bool | None = None
    baseline_set: Decimal | None = None
    no_change: bool = False
    agree: bool = False
    skip: bool = False
    skip_reason: str | None = None
    blocked: bool | None = None
    blocker: str | None = None
    help_wanted: str | None = None
    next_step: str | None = None
    note: str | None = None
    win: str | None = None
    approx: bool = False
    amend: bool = False
    computed_from_percent: Decimal | None = None
    percent_basis: PercentMeans | None = None
    ask: "Ask | None" = None

    @property
    def stores_something(self) -> bool:
        """True if anything beyond a note would be stored."""
        if self.ask is not None:
            return False
        told = (self.value, self.self_score, self.confidence, self.status, self.done, self.baseline_set, self.blocked)
        words = (self.help_wanted, self.next_step, self.win)
        return any(part is not None for part in (*told, *words)) or self.no_change or self.agree or self.skip


@dataclass(frozen=True, slots=True)
class Ask:
    """One clarifying question. `kept` is what the same reply also said of that KR, stored with the answer."""

    code: Code
    label: str | None = None
    facts: AskFacts = field(default_factory=AskFacts)
    kept: Segment | None = None

    def to_json(self) -> dict[str, object]:
        """As JSON can hold it: numbers as text, empty facts left out. `from_json` gives the equal question back."""
        stored: dict[str, object] = {"code": self.code.value}
        if self.label is not None:
            stored["label"] = self.label
        facts = _to_json(self.facts, AskFacts())
        if facts:
            stored["facts"] = facts
        if self.kept is not None:
            stored["kept"] = {"label": self.kept.label, **_to_json(self.kept, Segment(self.kept.label))}
        return stored

    @classmethod
    def from_json(cls, stored: Json) -> "Ask":
        """The question that `to_json` wrote. Raises ValueError on anything else."""
        label = stored.get("label")
        facts, kept = stored.get("facts", {}), stored.get("kept")
        if not isinstance(facts, Mapping) or not (kept is None or isinstance(kept, Mapping)):
            raise ValueError("a stored question holds its facts, and what is kept, as objects")
        if not (label is None or isinstance(label, str)):
            raise ValueError("the label of a stored question is text")
        return cls(
            Code(str(stored.get("code"))),
            label,
            AskFacts(**_from_json(facts, _FACT_KINDS)),  # type: ignore[arg-type] # each by its kind
            None if kept is None else Segment(**_from_json(kept, _SEGMENT_KINDS)),  # type: ignore[arg-type] # as above
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """The reading of one message. `ask` is about the reply as a whole; a segment carries its own.

    `defect` is what went wrong inside, for the log; the reply then asks Q_UNKNOWN and stores nothing.
    """

    intent: Intent | None = None
    segments: tuple[Segment, ...] = ()
    ask: Ask | None = None
    snooze_until_text: str | None = None
    truncated: bool = False
    defect: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What answering a question gives.

    `segments` to store or to ask about, like those of a reply · `intent` where it meant something else
    (nothing to store, snooze, away) · `opens` a form or picker · `asks` what is asked next beside that ·
    `percent_means`, `number_style` to remember for the person · `supersedes`: store as a check-in that replaces
    the one asked about and copies its values · `starts_slowly`: the KR that was asked about takes a slow-start pace ·
    `snooze_until_text` when to ask again · `reason` why the KR is dropped · `stand_in`: who was named answers
    meanwhile · `unrecorded` what was asked about and is not recorded.
    """

    segments: tuple[Segment, ...] = ()
    intent: Intent | None = None
    opens: Opens | None = None
    percent_means: PercentMeans | None = None
    number_style: NumberStyle | None = None
    supersedes: bool = False
    starts_slowly: bool = False
    asks: "Ask | None" = None
    snooze_until_text: str | None = None
    reason: str | None = None
    stand_in: bool = False
    unrecorded: str | None = None


class ParamKind(StrEnum):
    """How a parameter of a sentence is written."""

    VALUE = "value"
    """A Decimal in the KR's unit: "$45k", "31%"."""
    PLAIN = "plain"
    """A Decimal as it is: a score, a percentage without its sign, n of n/10."""
    TEXT = "text"
    STATUS = "status"
    """A `Band`, written as the reader's word for it."""
    DAY = "day"
    """An ISO date, written as the reader writes days."""
    DUE = "due"
    """The due date of the question's KR; the caller knows it and writes it as the reader writes dates."""


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    value: Decimal | str | Band
    kind: ParamKind


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence or label: an English msgid with `%(name)s` places, and what goes there."""

    msgid: str
    params: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class AskOption:
    """One ready button of a question; `id` goes to `apply_option`."""

    id: str
    label: Words


_DECIMALS = frozenset(
    [
        "v",
        "last",
        "p",
        "a",
        "b",
        "c",
        "d",
        "sum",
        "target",
        "baseline",
        "pct",
        "score",
        "value",
        "self_score",
        "confidence",
        "baseline_set",
        "computed_from_percent",
    ]
)
_LISTS = frozenset(("labels", "items", "clash"))
_FACT_KINDS = frozenset(f.name for f in fields(AskFacts))
_SEGMENT_KINDS = frozenset(f.name for f in fields(Segment)) - {"ask"}


def _to_json(record: AskFacts | Segment, empty: AskFacts | Segment) -> dict[str, object]:
    stored: dict[str, object] = {}
    for part in fields(record):
        value = getattr(record, part.name)
        if value == getattr(empty, part.name) or part.name == "ask":
            continue
        if isinstance(value, Decimal):
            stored[part.name] = str(value)
        elif isinstance(value, tuple):
            stored[part.name] = [str(item) for item in value]
        elif isinstance(value, Band):
            stored[part.name] = value.value
        else:
            stored[part.name] = value
    return stored


def _from_json(stored: Json, known: frozenset[str]) -> dict[str, object]:
    read: dict[str, object] = {}
    for name, value in stored.items():
        if name not in known:
            raise ValueError(f"a stored question has no fact named {name}")
        if name in _DECIMALS:
            read[name] = Decimal(str(value))
        elif name == "numbers" and isinstance(value, list):
            read[name] = tuple(Decimal(str(item)) for item in value)
        elif name in _LISTS and isinstance(value, list):
            read[name] = tuple(str(item) for item in value)
        elif name == "status":
            read[name] = Band(str(value))
        else:
            read[name] = value
    return read
