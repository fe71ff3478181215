"""The sums of `/okr why` in words: each line of an `Explanation` as sentences of a language (spec/06 §11.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.cards.figures import amount, amount_exact, likelihood, self_score
from bot.cards.graphemes import clip
from bot.cards.i18n import N_, Lang
from bot.cards.moments import day
from bot.cards.render import Cards
from bot.cards.words import status_word
from bot.okr.assess import Assessment
from bot.okr.exact import ONE, ZERO
from bot.okr.explain import explain
from bot.okr.explanation import (
    BandLine,
    BaselineScore,
    BinaryScore,
    CountedFrom,
    DividedHeading,
    EnterRangeScore,
    HeldHeading,
    HeldRangeScore,
    LineScore,
    NoHeading,
    NothingRead,
    OwnerCounts,
    OwnerLine,
    PaceLine,
    StepsScore,
    WithoutHeading,
)
from bot.okr.model import Commitment, FreshnessState, Judgement, KRState, KRType, PaceProfile, Status, StatusReason
from bot.okr.shown import shown_heading, shown_score, two_decimals
from bot.okr.status import NOTE_CHARACTERS
from bot.views.aims import aim_words, range_words

_NOTE_SHOWN = 80
_WHOLE_FROM = 1000
"""An expected value gets one decimal more than the KR shows, as the sample has it; not where it is this large."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who gave the judgement that the last line tells of; `is_reader` is who asks."""

    name: str
    is_reader: bool


class WhyLines:
    """The five lines about one key result."""

    def __init__(self, cards: Cards, lang: Lang, state: Assessment, label: str, speaker: Speaker | None) -> None:
        self._cards, self._lang, self._state = cards, lang, state
        self._label, self._speaker = label, speaker
        self._kr = state.kr
        self._it = explain(state)

    def all(self) -> tuple[str, ...]:
        """The key result, its score, its pace, its heading; then owner, freshness and status."""
        last = (self._owner(), self._freshness(), self._number(), self._status())
        return (self._head(), self._score(), self._pace(), self._heading(), self._joined(last))

    # --- the key result ---------------------------------------------------------------------------------

    def _head(self) -> str:
        kr = self._kr
        stretch = kr.commitment is Commitment.STRETCH
        return self._say(
            N_("{kr} {title}, {aim}, {first} - {last}, {commitment}"),
            kr=self._label,
            title=kr.short_title,
            aim=self.aim(),
            first=self._day(kr.start),
            last=self._day(kr.due),
            commitment=self._say(N_("stretch")) if stretch else self._say(N_("committed")),
        )

    def aim(self) -> str:
        """`20% → 50%`, `hold 70% - 80%`, `done or not`: what the key result is after."""
        return aim_words(self._cards, self._lang, self._kr)

    def _range(self) -> str:
        return range_words(self._lang, self._kr)

    # --- the score --------------------------------------------------------------------------------------

    def _score(self) -> str:
        match self._it.score:
            case NothingRead() if self._state.current.value is not None:
                return self._say(N_("No score yet: there is no start and target to measure between. It counts as 0."))
            case NothingRead():
                return self._say(N_("No score yet: nothing was read. It counts as 0 in the objective."))
            case LineScore() as it:
                return self._say(N_("Score {sum}"), sum=f"{self._way(it)} = {self._counted(it.raw, it.score)}")
            case EnterRangeScore() as it:
                return self._say(
                    N_("Score 1 − {distance} ÷ {full} = {score}: {value} is {distance} off {range}, the start {full}"),
                    distance=self._bare(it.distance),
                    full=self._bare(it.full_distance),
                    score=self._counted(it.raw, it.score),
                    value=self._exact(it.value),
                    range=self._range(),
                )
            case HeldRangeScore() as it:
                return self._held(it)
            case StepsScore() as it:
                return self._steps(it)
            case BinaryScore() as it if it.done and it.done_on is not None:
                return self._say(N_("Score {score}: done on {day}"), score=_two(it.score), day=self._day(it.done_on))
            case BinaryScore() as it:
                return self._say(N_("Score {score}: it is 1.00 once it is done"), score=_two(it.score))
            case BaselineScore() as it if it.value is not None and it.found_on is not None:
                return self._say(
                    N_("Score {score}: there is a value, {value} on {day}"),
                    score=_two(it.score),
                    value=self._exact(it.value),
                    day=self._day(it.found_on),
                )
            case BaselineScore() as it:
                return self._say(N_("Score {score}: it is 1.00 once there is a value"), score=_two(it.score))

    def _way(self, it: LineScore) -> str:
        """`(28 − 20) ÷ (50 − 20)`; with anchors the piece of the line it lies on."""
        from_value = self._after_minus(it.from_value)
        way = f"({self._bare(it.value)} − {from_value}) ÷ ({self._bare(it.to_value)} − {from_value})"
        if not it.anchored:
            return way
        return f"{_two(it.from_score)} + {way} × ({_two(it.to_score)} − {_two(it.from_score)})"

    def _counted(self, raw: Decimal, score: Decimal) -> str:
        """`0.27`; where the board shows another figure than the sum gives, both."""
        shown = shown_score(raw, score)
        return (
            _two(raw) if shown == _two(raw) else self._say(N_("{raw}, counts as {shown}"), raw=_two(raw), shown=shown)
        )

    def _held(self, it: HeldRangeScore) -> str:
        now = {"value": self._exact(it.value), "range": self._range(), "score": _two(it.score)}
        if it.strict and it.ever_outside:
            return self._say(N_("Score {score}: a reading was outside {range}, now {value}"), **now)
        if it.days_counted <= 0 and it.now_inside:
            return self._say(N_("Score {score}: {value} is inside {range}, and no day has passed yet"), **now)
        if it.days_counted <= 0:
            return self._say(N_("Score {score}: {value} is outside {range}, and no day has passed yet"), **now)
        days = {"inside": self._bare(it.days_inside), "all": self._bare(it.days_counted)}
        if it.now_inside:
            return self._say(N_("Score {inside} of {all} days inside {range} = {score}, now {value}"), **days, **now)
        return self._say(
            N_("Score {inside} of {all} days inside {range} = {score}, now outside at {value}"), **days, **now
        )

    def _steps(self, it: StepsScore) -> str:
        if it.said_done:
            return self._say(N_("Score {score}: all of it is said to be done"), score=_two(it.score))
        done = self._say(N_("{done} of {all} steps"), done=it.done_steps, all=it.all_steps)
        if it.done_weight == it.done_steps and it.total_weight == it.all_steps:
            return self._say(N_("Score {sum}"), sum=f"{done} = {_two(it.score)}")
        return self._say(
            N_("Score {done}, by weight {part} of {whole} = {score}"),
            done=done,
            part=self._bare(it.done_weight),
            whole=self._bare(it.total_weight),
            score=_two(it.score),
        )

    # --- the pace ---------------------------------------------------------------------------------------

    def _pace(self) -> str:
        it = self._it.pace
        if it is None:
            return self._without_pace()
        figure = self._pace_sum(it)
        if it.expected_value is not None:
            expected = self.expected(it.expected_value)
            figure = self._say(N_("{sum}, expected {value}"), sum=figure, value=expected)
        if not it.when_read:
            return self._say(N_("Pace today, {day}: {sum}"), day=self._day(it.day), sum=figure)
        if self._kr.type is KRType.MILESTONE:
            return self._say(N_("Pace on {day}, when it was updated: {sum}"), day=self._day(it.day), sum=figure)
        return self._say(N_("Pace on {day}, when it was read: {sum}"), day=self._day(it.day), sum=figure)

    def _without_pace(self) -> str:
        if self._kr.is_binary:
            return self._say(N_("No pace: it is done or not"))
        if self._kr.type is KRType.MILESTONE:
            return self._say(N_("No pace: its steps have no dates"))
        return self._say(N_("No pace: a first value is found or not"))

    def _pace_sum(self, it: PaceLine) -> str:
        days: dict[str, str | int] = {"n": it.days, "all": it.all_days, "pace": _two(it.pace)}
        match it.profile:
            case PaceProfile.SLOW_START:
                return self._say(N_("slow start, ({n} ÷ {all} days)² = {pace}"), **days)
            case PaceProfile.FAST_START:
                return self._say(N_("fast start, 1 − (1 − {n} ÷ {all} days)² = {pace}"), **days)
            case PaceProfile.FLAT:
                return self._say(N_("from the first day on {pace}"), pace=_two(it.pace))
            case PaceProfile.STEPS:
                return self._checkpoint(it)
            case None if it.due_weight is not None and it.total_weight is not None:
                return self._say(
                    N_("steps due by weight {part} of {whole} = {pace}"),
                    part=self._bare(it.due_weight),
                    whole=self._bare(it.total_weight),
                    pace=_two(it.pace),
                )
            case _:
                return self._say(N_("{n} of {all} days = {pace}"), **days)

    def _checkpoint(self, it: PaceLine) -> str:
        reached = [point.on for point in self._kr.checkpoints if point.on <= it.day]
        if not reached:
            return self._say(N_("before the first checkpoint {pace}"), pace=_two(it.pace))
        return self._say(N_("since the checkpoint of {day} {pace}"), day=self._day(max(reached)), pace=_two(it.pace))

    def expected(self, value: Decimal) -> str:
        """An expected value, a digit finer than the board shows the metric."""
        places = self._kr.decimals + (1 if abs(value) < _WHOLE_FROM else 0)
        return amount(value, self._kr.unit, places, self._lang)

    # --- the heading ------------------------------------------------------------------------------------

    def _heading(self) -> str:
        match self._it.heading:
            case DividedHeading() as it:
                return self._landing(f"{_two(it.raw)} ÷ {_two(it.pace)}", it.heading, it.band)
            case HeldHeading() as it if it.strict_and_lost:
                return self._say(
                    N_("Heading {heading}: a reading was outside → {band}"),
                    heading=_two(it.heading),
                    band=self._band(it.band),
                )
            case HeldHeading() as it:
                rest = "1" if it.now_inside else "0"
                total = f"{_two(it.fraction)} × {_two(it.share)} + {_two(ONE - it.fraction)} × {rest}"
                return self._landing(total, it.heading, it.band)
            case NoHeading() as it:
                return self._without_heading(it)

    def _landing(self, total: str, heading: Decimal, band: BandLine) -> str:
        figure, shown = _two(heading), shown_heading(heading)
        if shown != figure:
            figure = self._say(N_("{raw}, shown as {shown}"), raw=figure, shown=shown)
        return self._say(N_("Heading {sum} → {band}"), sum=f"{total} = {figure}", band=self._band(band))

    def _band(self, it: BandLine) -> str:
        words = {"band": status_word(it.band, self._lang), "edge": _two(it.edge)}
        if it.below:
            return self._say(N_("{band} (less than {edge})"), **words)
        return self._say(N_("{band} ({edge} or more)"), **words)

    def _without_heading(self, it: NoHeading) -> str:
        why = self._why_no_heading(it)
        if it.from_owner is not None:
            return self._say(
                N_("{why}; heading {heading} (owner) is the self-score"),
                why=why,
                heading=shown_heading(it.from_owner),
            )
        if it.confidence is not None and not self._state.current.done:
            return self._say(N_("{why}; how likely: {sure}"), why=why, sure=likelihood(it.confidence))
        return why

    def _why_no_heading(self, it: NoHeading) -> str:
        match it.why:
            case WithoutHeading.TOO_EARLY if it.pace is not None:
                figures = {"pace": _two(it.pace), "edge": _two(it.early_pace)}
                return self._say(N_("No heading from data yet: a pace of {pace} is less than {edge}"), **figures)
            case WithoutHeading.BY_TYPE:
                return self._say(N_("No heading from data without a pace"))
            case _:
                return self._say(N_("No heading from data: nothing was read"))

    # --- owner, freshness, status -----------------------------------------------------------------------

    def _owner(self) -> str:
        it = self._it.owner
        if it is None:
            return self._say(N_("No likelihood yet.")) if self._kr.is_binary else self._say(N_("No self-score yet."))
        words = {"said": self._said(it), "day": self._day(it.said_on), "verdict": self._counts(it)}
        if self._speaker is None:
            return self._say(N_("The owner said {said} on {day}; {verdict}."), **words)
        if self._speaker.is_reader:
            return self._say(N_("You said {said} on {day}; {verdict}."), **words)
        return self._say(N_("{name} said {said} on {day}; {verdict}."), name=self._speaker.name, **words)

    def _said(self, it: OwnerLine) -> str:
        if it.judgement is Judgement.STATUS and it.status_said is not None:
            return status_word(it.status_said, self._lang)
        if it.judgement is Judgement.CONFIDENCE and it.confidence is not None:
            return likelihood(it.confidence)
        said = ZERO if it.self_score is None else it.self_score
        if it.pace is None or it.landing is None:
            return self_score(said)
        return f"{self_score(said)} ÷ {_two(it.pace)} = {_two(it.landing)}"

    def _counts(self, it: OwnerLine) -> str:
        band = "" if it.band is None else status_word(it.band, self._lang)
        match it.counts:
            case OwnerCounts.ALONE:
                return self._say(N_("{band}, and nothing else to weigh"), band=band)
            case OwnerCounts.AGREES:
                return self._say(N_("{band}, as the data says"), band=band)
            case OwnerCounts.MORE_CAUTIOUS:
                return self._say(N_("{band}, which counts as the more cautious view"), band=band)
            case OwnerCounts.HAS_REASON:
                note = clip(" ".join((it.note or "").split()), _NOTE_SHOWN)
                return self._say(N_("{band}, which counts with its reason: “{note}”"), band=band, note=note)
            case OwnerCounts.WITHOUT_REASON if it.note_length:
                figures = {"n": it.note_length, "all": NOTE_CHARACTERS}
                return self._say(
                    N_("{band}, not counted: the note has {n} of {all} characters of a reason"), band=band, **figures
                )
            case OwnerCounts.WITHOUT_REASON:
                return self._say(N_("{band}, not counted without a reason"), band=band)
            case OwnerCounts.TOO_OLD if self._it.freshness.state is FreshnessState.STALE:
                return self._say(N_("not counted while stale"))
            case OwnerCounts.TOO_OLD:
                return self._say(
                    N_("not counted after {limit} ({age} ago)"),
                    limit=self._working_days(it.valid_until_age),
                    age=self._working_days(it.age or 0),
                )
            case OwnerCounts.TOO_EARLY:
                return self._say(N_("not counted before there is a pace to divide by"))
            case OwnerCounts.DECIDED:
                return self._say(N_("not counted any more"))
            case OwnerCounts.DARK:
                return self._say(N_("not counted without a recent number"))

    def _freshness(self) -> str:
        it = self._it.freshness
        if it.age is None or it.since is None:
            return self._say(N_("It does not age while it is not active."))
        words = {"what": self._since(it.counted_from, it.age, it.since), "state": self._age_means()}
        if self._kr.state is KRState.PAUSED:
            return self._say(N_("{what} → {state}; paused days do not count."), **words)
        return self._say(N_("{what} → {state}."), **words)

    def _since(self, counted_from: CountedFrom, age: int, since: date) -> str:
        ago = {"age": self._working_days(age), "day": self._day(since)}
        match counted_from:
            case CountedFrom.UPDATE if age == 0:
                return self._say(N_("Last update on {day}, 0 working days ago"), day=ago["day"])
            case CountedFrom.UPDATE:
                return self._say(N_("Last update {age} ago"), age=ago["age"])
            case CountedFrom.READING:
                return self._say(N_("Last reading of the feed on {day}, {age} ago"), **ago)
            case CountedFrom.GOING_LIVE:
                return self._say(N_("No update since it began on {day}, {age} ago"), **ago)

    def _age_means(self) -> str:
        it = self._it.freshness
        match it.state:
            case FreshnessState.FRESH if it.max_age_days is not None:
                return self._say(N_("fresh up to {n}"), n=it.max_age_days)
            case FreshnessState.FRESH:
                return self._say(N_("fresh, due at {n}"), n=it.due_from)
            case FreshnessState.DUE:
                return self._say(N_("due at {due}, stale at {stale}"), due=it.due_from, stale=it.stale_from)
            case FreshnessState.STALE:
                return self._say(N_("stale at {n}"), n=it.stale_from)
            case FreshnessState.DARK:
                return self._say(N_("no recent number from {n} on"), n=it.dark_from)
            case FreshnessState.FEED_QUIET:
                return self._say(N_("feed quiet after {n}"), n=it.max_age_days or 0)

    def _number(self) -> str:
        age = self._it.freshness.number_age
        return "" if age is None else self._say(N_("The number is {age} old."), age=self._working_days(age))

    def _status(self) -> str:
        """The status and what made it; nothing where the heading alone did, which says its colour itself."""
        it = self._it.verdict
        word = {"status": status_word(it.status, self._lang)}
        match it.reason:
            case StatusReason.DATA_ONLY:
                return ""
            case StatusReason.REACHED:
                return self._say(N_("Status: {status}."), **word)
            case StatusReason.PAST_DUE if it.status is Status.MISSED:
                return self._say(N_("Status: {status}, not reached by {day}."), **word, day=self._day(self._kr.due))
            case StatusReason.PAST_DUE:
                return self._say(N_("Status: {status}, due on {day}."), **word, day=self._day(self._kr.due))
            case StatusReason.TOO_EARLY:
                return self._say(N_("Status: {status}, too early to tell."), **word)
            case StatusReason.NO_DATA:
                return self._say(N_("Status: {status}, no data yet."), **word)
            case StatusReason.DARK:
                return self._say(N_("Status: {status}, no recent number."), **word)
            case StatusReason.BLOCKED | StatusReason.FELL_BACK | StatusReason.BELOW_START:
                return self._capped()
            case _:
                return self._say(N_("Status: {status}."), **word)

    def _capped(self) -> str:
        it = self._it.verdict
        words = {"status": status_word(it.status, self._lang)}
        words["band"] = words["status"] if it.capped_from is None else status_word(it.capped_from, self._lang)
        if it.reason is StatusReason.BLOCKED:
            return self._say(N_("Status: {status} instead of {band}, as it is blocked."), **words)
        if it.reason is StatusReason.FELL_BACK and it.score_before is not None and self._state.score is not None:
            words |= {"before": _two(it.score_before), "now": _two(self._state.score)}
            return self._say(
                N_("Status: {status} instead of {band}, as the score fell from {before} to {now}."), **words
            )
        return self._say(N_("Status: {status} instead of {band}, as it is below where it started."), **words)

    # --- figures and words ------------------------------------------------------------------------------

    def _say(self, msgid: str, **params: str | int) -> str:
        return self._cards.text(msgid, self._lang, **params)

    def _joined(self, sentences: Iterable[str]) -> str:
        return (" " if self._lang == "en" else "").join(one for one in sentences if one)

    def _day(self, on: date) -> str:
        return day(on, self._lang, self._state.today)

    def _working_days(self, number: int) -> str:
        return self._say(N_("1 working day")) if number == 1 else self._say(N_("{n} working days"), n=number)

    def _exact(self, value: Decimal) -> str:
        return amount_exact(value, self._kr.unit, self._lang)

    def _bare(self, value: Decimal) -> str:
        """A value of a sum: exact, without its unit."""
        return amount_exact(value, "", self._lang)

    def _after_minus(self, value: Decimal) -> str:
        return f"({self._bare(value)})" if value < 0 else self._bare(value)


def _two(value: Decimal) -> str:
    return two_decimals(value)
