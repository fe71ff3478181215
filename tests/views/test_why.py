"""`/okr why` does every sum again, in words, for every kind of key result and every reason (spec/06 §11.6)."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from bot.cards.figures import amount_exact
from bot.cards.i18n import LANGUAGES, Lang
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.cards.words import status_word
from bot.okr.assess import Assessment, assess
from bot.okr.model import (
    Band,
    Checkpoint,
    Commitment,
    Current,
    Judgement,
    KeyResult,
    KRState,
    KRType,
    PaceProfile,
    ScoreMode,
    Source,
    Status,
    StatusReason,
)
from bot.okr.shown import shown_heading, shown_score
from bot.okr.workdays import WorkCalendar
from bot.views.board_rows import row_of
from bot.views.team import KRView, team_view
from bot.views.why import why_card
from bot.views.why_lines import Speaker, WhyLines
from storage import models as m
from storage.session import Database
from tests.okr.krs import (
    DUE,
    NOTHING,
    START,
    a_kr,
    anchored,
    at,
    binary,
    day,
    dec,
    moving,
    ranged,
    read_at,
    stepped,
    updated_on,
)
from tests.queries import statements_of
from tests.views.tea import CHINESE, ENGLISH, Tea, Words, found

SAMPLE_EN = """\
KR2 Self-serve renewals, 20% → 50%, 1 Oct - 31 Dec, stretch
Score (28 − 20) ÷ (50 − 20) = 0.27
Pace on 30 Oct, when it was read: 29 of 91 days = 0.32, expected 29.6%
Heading 0.27 ÷ 0.32 = 0.84 → on track (0.60 or more)
You said 0.7 on 30 Oct; not counted while stale. Last update 9 working days ago → stale at 8."""

SAMPLE_ZH = """\
KR2 自助续费率，20% → 50%，10月1日 - 12月31日，挑战型
得分 (28 − 20) ÷ (50 − 20) = 0.27
节奏 10月30日（读数当天）：29/91 天 = 0.32，应到 29.6%
预计 0.27 ÷ 0.32 = 0.84 → 正常（不低于 0.60）
你10月30日说 0.7；待更新期间不计入。上次更新是 9 个工作日前 → 满 8 天为待更新。"""

BOTH = [pytest.param(ENGLISH, SAMPLE_EN, id="en"), pytest.param(CHINESE, SAMPLE_ZH, id="zh")]
LI = 1


@pytest.mark.parametrize(("words", "sample"), BOTH)
def test_the_sample_comes_out_of_what_is_stored(db: Database, cards: Cards, words: Words, sample: str) -> None:
    def of(session: Session) -> str:
        tea = found(session, cards, words)
        viewer = session.get_one(m.Person, tea.people[LI])
        one = _view(session, tea, 2)
        return plain_text(why_card(session, cards, one, "KR2", words.lang.value, tea.digest_at, viewer))

    assert db.read_now(of).splitlines() == sample.splitlines()


@pytest.mark.parametrize("viewer", [None, 0])
def test_you_is_said_to_nobody_but_who_said_it(db: Database, cards: Cards, viewer: int | None) -> None:
    def of(session: Session) -> str:
        tea = found(session, cards)
        person = None if viewer is None else session.get_one(m.Person, tea.people[viewer])
        with statements_of(session) as asked:
            card = why_card(session, cards, _view(session, tea, 2), "KR2", "en", tea.digest_at, person)
        assert sum("check_in" in text for text in asked.texts) <= 2, asked
        return plain_text(card)

    assert db.read_now(of).splitlines()[-1].startswith("Li said 0.7 on 30 Oct; not counted while stale.")


def test_what_a_lead_recorded_for_an_owner_was_said_by_the_owner(db: Database, cards: Cards) -> None:
    def of(session: Session) -> str:
        tea = found(session, cards)
        row = session.exec(select(m.CheckIn).where(col(m.CheckIn.kr_id) == tea.krs[2])).one()
        row.by_id, row.on_behalf_of_id = tea.people[0], tea.people[LI]
        session.flush()
        return plain_text(why_card(session, cards, _view(session, tea, 2), "KR2", "en", tea.digest_at))

    assert "Li said 0.7" in db.read_now(of)


def _view(session: Session, tea: Tea, number: int) -> KRView:
    views = team_view(session, session.get_one(m.Team, tea.team_id), tea.digest_at).key_results
    return next(one for one in views if one.kr.number == number)


# Every kind of key result, every reason

PLAIN = WorkCalendar()
TODAY = day(42)
REASON = "two deals worth 9k close Friday"
RISING = moving("20", "40", unit="%")
DATED = stepped("0.2", "0.3", "0.2", "0.3", due=(day(10), day(30), day(60), DUE))


def judged(current: Current, note: str | None = None, **said: Decimal | Band) -> Current:
    judgement = Judgement.SELF_SCORE if "self_score" in said else Judgement.CONFIDENCE
    if "status_said" in said:
        judgement = Judgement.STATUS
    stands = replace(current, band_from=judgement, band_on=TODAY, band_note=note, self_score_on=TODAY)
    return replace(stands, updated_on=TODAY, updated_at=at(TODAY), **said)  # type: ignore[arg-type]  # fields of Current


HELD = Current(
    value=dec(79),
    measured_at=at(TODAY),
    measured_on=TODAY,
    updated_at=at(TODAY),
    updated_on=TODAY,
    in_range_days=dec(35),
    range_since=START,
)
AUTO = moving("20", "40", source=Source.AUTO)
PHASED = moving("20", "40", pace=PaceProfile.STEPS, checkpoints=(Checkpoint(day(20), dec("0.3")),))
NOW = read_at("28", TODAY)

Case = tuple[KeyResult, Current, int, str]

CASES: dict[str, Case] = {
    "rising": (RISING, NOW, 42, "Score (28 − 20) ÷ (40 − 20) = 0.40"),
    "falling": (moving("400", "200", unit="calls"), read_at("372", TODAY), 42, "(372 − 400) ÷ (200 − 400) = 0.14"),
    "below zero": (moving("-20000", "10000", unit="$"), read_at("-5000", TODAY), 42, "(-5k − (-20k)) ÷ (10k − (-20k))"),
    "beyond": (RISING, read_at("44", TODAY), 42, "= 1.20, counts as 1.00 (120%)"),
    "below the start": (RISING, read_at("18", TODAY), 42, "= -0.10, counts as 0.00"),
    "anchored": (anchored("40", "50", "60", "80"), read_at("55", TODAY), 42, "0.30 + (55 − 50) ÷ (60 − 50) × (0.70"),
    "slow start": (replace(RISING, pace=PaceProfile.SLOW_START), NOW, 42, "(42 ÷ 91 days)² = 0.21"),
    "fast start": (replace(RISING, pace=PaceProfile.FAST_START), NOW, 42, "1 − (1 − 42 ÷ 91 days)² = 0.71"),
    "flat": (replace(RISING, pace=PaceProfile.FLAT), NOW, 42, "from the first day on 1.00, expected 40%"),
    "phased": (PHASED, NOW, 42, "since the checkpoint of 21 Oct 0.30, expected 26"),
    "before a phase": (PHASED, read_at("21", day(10)), 10, "before the first checkpoint 0.00"),
    "held": (ranged("70", "80", "76", unit="%"), HELD, 42, "35 of 42 days inside 70% - 80% = 0.83, now 79%"),
    "left": (ranged(None, "78"), HELD, 42, "35 of 42 days inside ≤ 78 = 0.83, now outside at 79"),
    "held first day": (ranged("70", None), replace(HELD, range_since=TODAY, in_range_days=dec(0)), 42, "no day"),
    "out first day": (ranged("90", None), replace(HELD, range_since=TODAY, in_range_days=dec(0)), 42, "outside ≥ 90"),
    "strict": (ranged("70", "80", strict=True), replace(HELD, ever_out_of_range=True), 42, "a reading was outside"),
    "entering": (ranged("70", "80", "60"), read_at("65", TODAY), 42, "Score 1 − 5 ÷ 10 = 0.50: 65 is 5 off 70 - 80"),
    "binary": (binary(), judged(NOTHING, confidence=dec(6)), 42, "how likely: 6/10"),
    "binary done": (binary(), updated_on(TODAY, done=True, done_on=TODAY), 42, "Score 1.00: done on 12 Nov"),
    "steps": (stepped("1", "1", "1"), updated_on(TODAY, steps_done={1: TODAY}), 42, "Score 1 of 3 steps = 0.33"),
    "dated steps": (DATED, updated_on(TODAY, steps_done={1: TODAY}), 42, "steps due by weight 0.5 of 1 = 0.50"),
    "weighted steps": (DATED, updated_on(TODAY, steps_done={1: TODAY}), 42, "1 of 4 steps, by weight 0.2 of 1 = 0.20"),
    "steps done": (DATED, updated_on(TODAY, done=True, done_on=TODAY), 42, "Score 1.00: all of it is said to be done"),
    "first value": (a_kr(KRType.BASELINE, unit="%"), read_at("12", TODAY), 42, "there is a value, 12% on 12 Nov"),
    "no first value": (a_kr(KRType.BASELINE), NOTHING, 2, "it is 1.00 once there is a value"),
    "nothing yet": (RISING, NOTHING, 2, "Pace today, 3 Oct: 2 of 91 days = 0.02"),
    "a draft": (a_kr(state=KRState.DRAFT), NOW, 42, "no start and target to measure between"),
    "paused": (replace(RISING, state=KRState.PAUSED), NOW, 42, "paused days do not count"),
    "dropped": (replace(RISING, state=KRState.DROPPED), NOW, 42, "It does not age while it is not active."),
    "a feed": (AUTO, read_at("28", day(41)), 42, "feed on 11 Nov, 1 working day ago → fresh up to 3."),
    "a quiet feed": (AUTO, read_at("28", day(33)), 42, "7 working days ago → feed quiet after 3."),
    "due": (RISING, read_at("28", day(34)), 42, "Last update 6 working days ago → due at 6, stale at 8."),
    "old number": (RISING, updated_on(TODAY, value=dec(28), measured_on=day(20), measured_at=at(day(20))), 42, "old."),
    "too old a word": (RISING, replace(judged(NOW, self_score=dec("0.7")), band_on=day(28)), 42, "10 working days ago"),
    "no update": (RISING, NOTHING, 12, "No update since it began on 1 Oct, 8 working days ago → stale at 8."),
}  # fmt: skip

REASONS: dict[StatusReason, Case] = {
    StatusReason.REACHED: (RISING, read_at("40", TODAY), 42, "Status: done."),
    StatusReason.PAST_DUE: (RISING, read_at("28", DUE), 92, "Status: to score, due on 31 Dec 2026."),
    StatusReason.TOO_EARLY: (RISING, read_at("21", day(7)), 7, "Status: no signal, too early to tell."),
    StatusReason.NO_DATA: (binary(), updated_on(TODAY), 42, "Status: no signal, no data yet."),
    StatusReason.DATA_ONLY: (RISING, NOW, 42, "0.40 ÷ 0.46 = 0.87 → on track (0.60 or more)"),
    StatusReason.OWNER_ONLY: (binary(), judged(NOTHING, status_said=Band.AT_RISK), 42, "at risk, and nothing else"),
    StatusReason.AGREE: (RISING, judged(NOW, self_score=dec("0.7")), 42, "said 0.7 on 12 Nov; on track, as the data"),
    StatusReason.OWNER_MORE_CAUTIOUS: (RISING, judged(NOW, self_score=dec("0.3")), 42, "the more cautious view"),
    StatusReason.OWNER_HAS_REASON: (RISING, judged(NOW, REASON, self_score=dec("1.0")), 42, f"reason: “{REASON}”"),
    StatusReason.OWNER_WITHOUT_REASON: (RISING, judged(NOW, "soon", self_score=dec("1.0")), 42, "the note has 4 of 10"),
    StatusReason.BLOCKED: (RISING, replace(NOW, blocked=True), 42, "at risk instead of on track, as it is blocked"),
    StatusReason.FELL_BACK: (
        RISING, replace(read_at("29", TODAY), previous_value=dec(31)), 42, "as the score fell from 0.55 to 0.45"
    ),
    StatusReason.BELOW_START: (
        RISING, judged(read_at("19", TODAY), REASON, self_score=dec("0.7")), 42, "as it is below where it started"
    ),
    StatusReason.DARK: (RISING, judged(read_at("28", day(20)), self_score=dec("0.7")), 70, "no signal, no recent"),
}  # fmt: skip

ALL = {**CASES, **{reason.value: case for reason, case in REASONS.items()}}
each_case = pytest.mark.parametrize("name", ALL)


def assessed(case: Case, mode: ScoreMode = ScoreMode.FORECAST) -> Assessment:
    kr, current, today, _ = case
    return assess(kr, current, PLAIN, day(today), score_mode=mode)


def told(cards: Cards, state: Assessment, lang: Lang = "en") -> tuple[str, ...]:
    return WhyLines(cards, lang, state, "KR2", Speaker("Mei", is_reader=False)).all()


@each_case
def test_every_kind_and_reason_is_told(cards: Cards, name: str) -> None:
    assert ALL[name][3] in "\n".join(told(cards, assessed(ALL[name])))


def test_every_reason_has_its_case() -> None:
    assert set(REASONS) == set(StatusReason)
    assert {reason: assessed(case).reason for reason, case in REASONS.items()} == {reason: reason for reason in REASONS}


NAMES = re.compile(r"[a-z]+_[a-z]+|None|Decimal|\{|\}|\bSTRETCH\b|  ")


@pytest.mark.parametrize("lang", LANGUAGES)
@each_case
def test_five_lines_without_a_raw_name(cards: Cards, name: str, lang: Lang) -> None:
    lines = told(cards, assessed(ALL[name]), lang)

    assert len(lines) == 5
    assert all(lines)
    assert NAMES.findall("\n".join(lines)) == []
    if lang == "zh":
        typed = "\n".join(lines).replace("Renewals", "").replace(REASON, "").replace("calls", "").replace("soon", "")
        assert re.findall(r"[A-Za-z]{2,}", re.sub(r"KR2|Mei|feed", "", typed)) == []


@each_case
def test_the_figures_are_those_of_the_board(cards: Cards, name: str) -> None:
    state = assessed(ALL[name])
    view = KRView(m.KeyResult.model_construct(), state.kr, (), PLAIN, state.today, state, ())
    row = row_of(view, "en", trend=None)
    _, score, _, heading, last = told(cards, state)

    if row.score:
        assert row.score in score or state.score is None
    if row.heading:
        assert row.heading in heading
    if row.sure is not None:
        assert f"{row.sure}/10" in heading + last
    assert status_word(state.status) in (last if state.reason is not StatusReason.DATA_ONLY else heading)


@each_case
def test_the_stored_figures_stand_in_the_sum(cards: Cards, name: str) -> None:
    state = assessed(ALL[name])
    text = "\n".join(told(cards, state))

    if state.raw is not None and state.score is not None:
        assert shown_score(state.raw, state.score) in text
    if state.shown_heading is not None:
        assert shown_heading(state.shown_heading) in text
    if state.current.value is not None and state.score is not None and state.kr.type is not KRType.MILESTONE:
        assert amount_exact(state.current.value, "") in text
    if state.freshness.age is not None:
        assert f"{state.freshness.age} working day" in text


def test_a_committed_key_result_past_its_day_is_told_as_such(cards: Cards) -> None:
    committed = (replace(RISING, commitment=Commitment.COMMITTED), read_at("28", DUE), 92, "")
    lines = told(cards, assessed(committed))

    assert lines[0].endswith(", committed")
    assert "Status: missed, not reached by 31 Dec 2026." in lines[-1]
    assert assessed(committed).status is Status.MISSED


def test_in_progress_mode_the_self_score_is_divided_by_the_pace(cards: Cards) -> None:
    case = (RISING, judged(NOW, self_score=dec("0.4")), 42, "")

    assert "Mei said 0.4 ÷ 0.46 = 0.87 on 12 Nov; on track" in told(cards, assessed(case, ScoreMode.PROGRESS))[-1]


def test_a_self_score_stands_in_for_a_heading_and_is_called_one(cards: Cards) -> None:
    early = replace(judged(read_at("21", day(7)), self_score=dec("0.7")), band_on=day(7), self_score_on=day(7))
    heading = told(cards, assessed((RISING, early, 7, "")))[3]

    assert (
        heading == "No heading from data yet: a pace of 0.08 is less than 0.15; heading 0.70 (owner) is the self-score"
    )
