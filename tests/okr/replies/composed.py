"""Composes replies out of the grammar's parts: the same seed, the same replies."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from bot.okr.replies import ReplyContext, ReplyKR, Segment
from tests.okr.replies.contexts import NAMES, context

_CONTEXTS = tuple((name, context(name)) for name in NAMES)
_WORDS = {
    "en": ("on track", "at risk", "no change", "blocked on legal", "done", "not done yet", "🟡", "waiting on Apple"),
    "zh": ("正常", "有风险", "没变", "卡在法务", "完成", "还没完成", "🟢", "在等苹果审核"),
}
_NOTES = {
    "en": ("legal is slow", "two deals slipped to May", "great week", "since 12 May", "JIRA-1234 fixed", "Q3 is hard"),
    "zh": ("渠道有点慢", "5月12日签约", "第7周很忙", "客户反馈不错", "下周再看"),
}
_FIELDS = {
    "en": ("next: call GC by 12 May", "win: Acme signed", "help: an intro to legal", "blocked: legal"),
    "zh": ("下一步：找法务", "亮点：签了A客户", "求助：预算", "阻塞：法务"),
}
_INTRODUCED = {"en": ("now ", "at ", "it's ", "currently at ", "about "), "zh": ("目前", "现在", "累计", "到", "大概")}
_SCORES = {"en": ("{}", "score {}", "self-score: {}"), "zh": ("{}", "自评{}", "自评：{}")}
_LIKELY = {"en": ("{}/10", "confidence {}", "{} out of 10"), "zh": ("{}/10", "信心{}", "把握{}成")}
_BETWEEN = (" ", ", ", "; ", "，", "；", ". ", "。", "\n", " - ")
_BETWEEN_KRS = ("\n", "; ", "；", ", ", "，", " ", "\n- ", "\n\n", ". ")
_AROUND: tuple[tuple[str, str], ...] = (
    *[("", "")] * 8,
    ("hi! ", ""), ("早，", ""), ("", " thanks"), ("", " 谢谢"), ("<@U1> ", ""), ("", " 🎉"), ("", "!!!"), ("", "..."),
    ("*", "*"), ("<p>", "</p>"), ("update: ", ""), ("\u200f", ""), ("", "\nSent from my iPhone"),
)  # fmt: skip
_FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}


@dataclass(slots=True)
class Said:
    """The numbers that were written for one KR, by what they are."""

    values: set[Decimal] = field(default_factory=set)
    scores: set[Decimal] = field(default_factory=set)
    likely: set[Decimal] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply, what it is read against, and which numbers it holds for whom."""

    name: str
    text: str
    against: ReplyContext
    said: dict[str, Said]


def compose(rng: random.Random) -> Composed:
    """One reply: some of the KRs in any order, each with numbers, words, fields and notes."""
    name, against = rng.choice(_CONTEXTS)
    lang = rng.choice(("en", "zh")) if rng.random() < 0.3 else against.lang
    krs = list(against.key_results)
    rng.shuffle(krs)
    krs = krs[: rng.randint(1, len(krs))]
    said: dict[str, Said] = {kr.label: Said() for kr in krs}
    parts = [
        (_label(kr, rng) if len(against.key_results) > 1 or rng.random() < 0.2 else "")
        + _statement(kr, said[kr.label], lang, rng)
        for kr in krs
    ]
    before, after = rng.choice(_AROUND)
    text = before + rng.choice(_BETWEEN_KRS).join(parts) + after
    return Composed(name, text.translate(_FULL_WIDTH) if rng.random() < 0.05 else text, against, said)


def written_for(segment: Segment, said: dict[str, Said]) -> bool:
    """True if the numbers that the segment stores were written for its KR, and as what they are stored."""
    own = said.get(segment.label)
    if own is None:
        return not segment.stores_something
    value = segment.value if segment.value is not None else segment.baseline_set
    if value is not None and segment.computed_from_percent is None and value not in own.values:
        return False
    if segment.self_score is not None and segment.self_score not in own.scores:
        return False
    likely = segment.confidence
    return likely is None or likely in own.likely or likely / 10 in own.scores


def _label(kr: ReplyKR, rng: random.Random) -> str:
    digit = kr.label.removeprefix("KR")
    names = [f"KR{digit}", f"kr{digit}", f"KR {digit}", f"#{digit}", f"GRO-{digit}", f"关键结果{digit}"]
    return rng.choice(names) + rng.choice((" ", ": ", "：", " - ", " is " if rng.random() < 0.3 else " "))


def _statement(kr: ReplyKR, said: Said, lang: str, rng: random.Random) -> str:
    makers: list[Callable[[], str]] = [
        lambda: _value(kr, said, lang, rng),
        lambda: _score(said, lang, rng),
        lambda: _likely(said, lang, rng),
        lambda: rng.choice(_WORDS[lang]),
        lambda: rng.choice(_NOTES[lang]),
        lambda: rng.choice(_FIELDS[lang]),
    ]
    weights = (8, 3, 3, 4, 3, 2)
    chosen = rng.choices(makers, weights, k=rng.choice((1, 1, 1, 2, 2, 3, 4)))
    return rng.choice(_BETWEEN).join(make() for make in chosen)


def _value(kr: ReplyKR, said: Said, lang: str, rng: random.Random) -> str:
    known = [point for point in (kr.baseline, kr.target, kr.last_value, kr.range_hi) if point is not None]
    low, high = (min(known), max(known)) if known else (Decimal(0), Decimal(100))
    share = Decimal(rng.randint(-20, 130)) / 100
    number = low + (high - low) * share
    step = Decimal(1) if high - low >= 10 else Decimal("0.1")
    number = (number / step).quantize(Decimal(1)) * step
    if rng.random() < 0.05:
        number *= 10
    (said.likely if kr.is_binary else said.values).add(number)
    return rng.choice(("", "", *_INTRODUCED[lang])) + _written(number, kr, rng)


def _written(number: Decimal, kr: ReplyKR, rng: random.Random) -> str:
    plain = f"{number:f}"
    styles = [plain, plain]
    if number == number.to_integral_value() and abs(number) >= 1000:
        grouped = f"{int(number):,}"
        styles += [grouped, grouped.replace(",", " "), grouped.replace(",", "'")]
        styles += [f"{number / 1000:f}k", f"{number / 1000:f} K", f"{number / 10000:f}万"]
    text = rng.choice(styles)
    if kr.unit == "$":
        return rng.choice((text, f"${text}" if number >= 0 else text, f"{text} USD", f"{text}美元"))
    if kr.unit == "%":
        return rng.choice((text, f"{text}%", f"{text} percent"))
    return rng.choice((text, f"{text} {kr.unit}".strip(), text + kr.unit)) if text[-1].isdigit() else text


def _score(said: Said, lang: str, rng: random.Random) -> str:
    score = Decimal(rng.randint(1, 10)) / 10
    said.scores.add(score)
    return rng.choice(_SCORES[lang]).format(
        rng.choice((f"{score:.1f}", f"{score:.1f}".removeprefix("0"), f"{score:.2f}"))
    )


def _likely(said: Said, lang: str, rng: random.Random) -> str:
    n = rng.randint(0, 10)
    said.likely.add(Decimal(n))
    return rng.choice(_LIKELY[lang]).format(n)
