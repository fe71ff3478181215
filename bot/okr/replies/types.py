"""What the reply reader gives: readings, questions and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Literal

from bot.okr.model import Band
from bot.okr.replies import ask_json
from bot.okr.replies.codes import Code, Intent, Opens
from bot.okr.replies.context import NumberStyle, PercentMeans

Measure = Literal["self_score", "confidence", "percent"]
"""What a number of a question is where it is not the value of its key result."""


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
        facts = ask_json.to_json(self.facts, AskFacts())
        if facts:
            stored["facts"] = facts
        if self.kept is not None:
            stored["kept"] = {"label": self.kept.label, **ask_json.to_json(self.kept, Segment(self.kept.label))}
        return stored

    @classmethod
    def from_json(cls, stored: ask_json.Json) -> "Ask":
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
            AskFacts(**ask_json.from_json(facts, _FACT_KINDS)),  # type: ignore[arg-type] # each by its kind
            None if kept is None else Segment(**ask_json.from_json(kept, _SEGMENT_KINDS)),  # type: ignore[arg-type] # as above
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


_FACT_KINDS = frozenset(f.name for f in fields(AskFacts))
_SEGMENT_KINDS = frozenset(f.name for f in fields(Segment)) - {"ask"}
