"""What a digest shows, leaves out and remembers, on a real database (spec/08 §13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, col, select

from bot.cards.model import Button, Card, Mention, Text
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.model import CheckInKind, CheckInSource, Current, FreshnessState, KRState, Source, Status
from bot.views.digest import body_hash, digest_card, digest_preview, record_digest, snapshot
from bot.views.digest_data import decode
from bot.views.team import team_view
from bot.views.visible import Audience
from storage import models as m
from storage.check_ins import Origin, Said, record
from storage.okrs import definition, parts_of
from storage.session import Database
from tests.views.counting import statements
from tests.views.tea import ENGLISH, Tea, found, local

R = TypeVar("R")
Story = Callable[[Session, Cards, Tea], R]

DIGEST_QUERIES = 23


@pytest.fixture
def told(db: Database, cards: Cards) -> Callable[[Story[R]], R]:
    """Runs a story in the tea company; what it changes is thrown away."""

    def tell(story: Story[R]) -> R:
        def work(session: Session) -> R:
            return story(session, cards, found(session, cards, ENGLISH))

        return db.read_now(work)

    return tell


def run_of(session: Session, tea: Tea) -> m.RitualRun:
    return session.get_one(m.RitualRun, tea.run_id)


def lines(session: Session, cards: Cards, tea: Tea, now: datetime | None = None, **more: Any) -> list[str]:
    return plain_text(digest_card(session, cards, run_of(session, tea), now or tea.digest_at, **more)).splitlines()


def row(session: Session, tea: Tea, number: int) -> m.KeyResult:
    return session.get_one(m.KeyResult, tea.krs[number])


def say(session: Session, tea: Tea, number: int, at: datetime, **said: Any) -> None:
    kr = row(session, tea, number)
    team = session.get_one(m.Team, tea.team_id)
    origin = Origin(by_id=said.pop("by_id", kr.lead_owner_id), at=at, source=CheckInSource.DM)
    kind = said.pop("kind", CheckInKind.UPDATE)
    record(session, kr, definition(kr, team, parts_of(session, [kr.id])), Said(kind, **said), origin, at.date())


def line_of(text: list[str], label: str) -> str:
    return next(line for line in text if f" {label} " in line)


Told = Callable[[Callable[[Session, Cards, Tea], Any]], Any]


# --- the same data ----------------------------------------------------------------------------


def test_the_same_data_and_minute_give_the_same_card_and_hash(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        first = digest_card(session, cards, run_of(session, tea), tea.digest_at)
        kept = record_digest(session, cards, run_of(session, tea), tea.digest_at)
        hash_then, data_then = kept.body_hash, kept.data
        session.expire_all()
        again = digest_card(session, cards, run_of(session, tea), tea.digest_at)
        record_digest(session, cards, run_of(session, tea), tea.digest_at)

        assert again == first
        assert plain_text(again).encode() == plain_text(first).encode()
        assert (kept.body_hash, kept.data) == (hash_then, data_then)
        assert hash_then == body_hash(first)

    told(story)


def test_an_answer_before_the_meeting_changes_the_digest_in_place(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        kept = record_digest(session, cards, run_of(session, tea), tea.digest_at)
        before = kept.body_hash
        say(session, tea, 2, local(tea.zone, 12, 9, 55), value=Decimal(33))
        later = local(tea.zone, 12, 9, 56)

        text = lines(session, cards, tea, later)
        record_digest(session, cards, run_of(session, tea), later)

        assert line_of(text, "KR2") == "🟢 KR2 Self-serve renewals · 33% / 50% · 0.43 ▲ · heading 0.94"
        assert text[-1] == "Updated 4 of 4 · [Full board]"
        assert (kept.body_hash != before, kept.at, kept.data["updated"]) == (True, tea.digest_at, 4)
        assert len(session.exec(select(m.Digest).where(m.Digest.team_id == tea.team_id)).all()) == 2

    told(story)


def test_once_the_meeting_began_the_digest_keeps_what_it_showed(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        kept = record_digest(session, cards, run_of(session, tea), tea.digest_at)
        before = dict(kept.data)
        say(session, tea, 2, local(tea.zone, 12, 11), value=Decimal(40))

        record_digest(session, cards, run_of(session, tea), local(tea.zone, 12, 11, 5))

        assert kept.data == before

    told(story)


def test_a_snapshot_is_what_the_next_digest_reads(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        data = snapshot(session, cards, run_of(session, tea), tea.digest_at)
        kept = record_digest(session, cards, run_of(session, tea), tea.digest_at)
        session.expire(kept)  # as JSON gives it back
        last = decode(session.get_one(m.Digest, kept.id))

        assert kept.data == data
        assert last.on == date(2026, 11, 12)
        assert last.before[tea.krs[4]].status is Status.OFF_TRACK
        assert last.before[tea.krs[4]].score == Decimal("0.14")
        assert last.before[tea.krs[4]].value == 372
        assert (data["updated"], data["due"]) == (3, 4)
        assert data["question"] == {"topic": "target_realistic", "kr": tea.krs[4]}
        assert [one.kr_id for one in last.asked] == [None, tea.krs[4]]
        assert len(last.wins) == 1

    told(story)


# --- since the last digest --------------------------------------------------------------------


def test_the_next_week_compares_and_asks_something_else(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        record_digest(session, cards, run_of(session, tea), tea.digest_at)
        session.add(
            m.RitualRun(
                workspace_id=run_of(session, tea).workspace_id,
                team_id=tea.team_id,
                kind=m.RitualKind.DIGEST,
                period="2026-11-19",
                digest_at=local(tea.zone, 19, 9, 50),
            )
        )
        session.flush()
        next_run = session.exec(select(m.RitualRun).where(m.RitualRun.period == "2026-11-19")).one()
        text = plain_text(digest_card(session, cards, next_run, local(tea.zone, 19, 9, 50))).splitlines()

        assert " = " in line_of(text, "KR1")
        assert "Ahead" not in text, "the win was told last week, and KR1 was ahead then"
        assert not any("realistic" in line for line in text), "KR4 was asked about last week"
        assert "Next steps · 0 of 1 done" in text, "what was done before the last digest has been told"

    told(story)


def test_newly_ahead_is_told_without_a_win_too(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        for win in session.exec(select(m.Win)):
            session.delete(win)
        say(session, tea, 3, local(tea.zone, 12, 9), value=Decimal("7.4"))
        say(session, tea, 2, local(tea.zone, 12, 9), value=Decimal(51))
        text = lines(session, cards, tea)

        assert text[text.index("Ahead") + 1 : text.index("Short")] == [
            "KR2: done (Li)",
            "KR3: ahead, 0.2 above pace (Ana)",
        ]

    told(story)


def test_the_first_digest_of_a_team_begins_from_nothing(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        for kept in session.exec(select(m.Digest)):
            session.delete(kept)
        session.flush()
        text = lines(session, cards, tea)

        assert not any(sign in "".join(text) for sign in ("▲", "▼", " = "))
        assert "KR1: Acme renewed early (Mei)" in text
        assert "If every KR hit 1.0, would the objective be done?" in text

    told(story)


def test_an_automatic_win_names_nobody(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        win = session.exec(select(m.Win)).one()
        win.source, win.text = m.WinSource.AUTO, "passed 0.5"
        support = session.exec(select(m.Team).where(m.Team.name == "Support")).one()

        assert "KR1: passed 0.5" in lines(session, cards, tea)
        win.source, win.thanks_team_id = m.WinSource.SAID, support.id
        assert "KR1: passed 0.5 (Mei, thanks Support)" in lines(session, cards, tea)

    told(story)


def test_a_second_digest_within_the_week_folds_what_has_not_changed(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        meeting = session.exec(select(m.Meeting)).one()
        meeting.weekdays = [0, 3]
        text = lines(session, cards, tea)
        assert sum(" KR" in line and " · " in line for line in text[2:6]) == 4, "KR2 turned stale since Thursday"

        record_digest(session, cards, run_of(session, tea), tea.digest_at)
        say(session, tea, 4, local(tea.zone, 13, 9), value=Decimal(360))
        session.add(
            m.RitualRun(
                workspace_id=meeting.workspace_id,
                team_id=tea.team_id,
                kind=m.RitualKind.DIGEST,
                period="2026-11-13",
                meeting_id=meeting.id,
                digest_at=local(tea.zone, 13, 9, 50),
            )
        )
        session.flush()
        next_run = session.exec(select(m.RitualRun).where(m.RitualRun.period == "2026-11-13")).one()
        text = plain_text(digest_card(session, cards, next_run, local(tea.zone, 13, 9, 50))).splitlines()

        assert text[2:4] == [
            "🟡 KR4 Phone support calls · 360 / 200 · 0.20 ▲ · heading 0.42 ⛔",
            "＋1 🟡 ＋1 🟢 ＋1 🔵",
        ]

    told(story)


def test_a_second_digest_within_a_day_says_in_one_line_that_nothing_changed(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        record_digest(session, cards, run_of(session, tea), tea.digest_at)
        second = m.RitualRun(
            workspace_id=run_of(session, tea).workspace_id,
            team_id=tea.team_id,
            kind=m.RitualKind.DIGEST,
            period="2026-11-12 16:00",
            digest_at=local(tea.zone, 12, 15, 50),
        )
        session.add(second)
        session.flush()
        afternoon = local(tea.zone, 12, 15, 50)

        def text(at: datetime) -> str:
            return plain_text(digest_card(session, cards, second, at))

        assert text(afternoon) == "Nothing has changed since the digest of Thu 09:50. [Full board]"
        assert record_digest(session, cards, second, afternoon).body_hash == body_hash(
            digest_card(session, cards, second, afternoon)
        )
        assert "\n" in text(local(tea.zone, 13, 9, 50)), "a day later it is told again"
        say(session, tea, 2, local(tea.zone, 12, 15), value=Decimal(29))
        assert "29% / 50%" in text(afternoon)

    told(story)


# --- what is not known ------------------------------------------------------------------------


def test_a_dark_key_result_is_grey_and_never_green(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        text = lines(session, cards, tea, local(tea.zone, 17, 9, 50))

        assert line_of(text, "KR2") == "⚪ KR2 Self-serve renewals · 28% / 50% · no recent number"
        assert "KR2: no update for 12 working days (Li)" in text

    told(story)


def test_fewer_than_half_updated_is_said_at_the_top(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        early = local(tea.zone, 12, 8, 15)
        for check_in in session.exec(select(m.CheckIn).where(m.CheckIn.at > early)):
            check_in.undone_at = early
        text = lines(session, cards, tea)

        assert text[1] == "1 of 4 updated; the rest is last week's."
        assert text[-1] == "Updated 1 of 4 · [Full board]"

    told(story)


def test_nobody_updated_is_said_in_words(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        for check_in in session.exec(select(m.CheckIn)):
            check_in.undone_at = check_in.at
        for row in session.exec(select(m.KeyResult)):
            row.current = replace(row.current, updated_on=None, updated_at=None)
            session.add(row)
        assert lines(session, cards, tea)[1] == "Nobody has updated yet; these are the latest numbers."

    told(story)


def test_silence_is_not_told_before_the_owner_heard_of_it(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        first_morning = local(tea.zone, 11, 9, 50)
        state = team_view(session, session.get_one(m.Team, tea.team_id), first_morning).key_results[1].state
        assert (state.freshness.state, state.freshness.age) == (FreshnessState.STALE, 8)

        before, after = lines(session, cards, tea, first_morning), lines(session, cards, tea, local(tea.zone, 11, 10))

        assert line_of(before, "KR2").endswith("⏰"), "the fact stands on the board"
        assert not any("no update for" in line for line in before)
        assert "KR2: no update for 8 working days (Li)" in after

    told(story)


def test_a_team_without_a_cycle_still_has_next_steps_and_a_foot(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        session.exec(select(m.Cycle)).one().state = m.CycleState.CLOSED
        session.flush()

        assert lines(session, cards, tea)[:2] == ["Growth · OKR board", "No objective in this cycle yet."]
        assert lines(session, cards, tea)[-1] == "Nothing was due this week · [Full board]"

    told(story)


# --- participation ----------------------------------------------------------------------------


def test_who_is_away_is_not_counted(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        first, last = date(2026, 11, 9), date(2026, 11, 13)
        workspace_id = run_of(session, tea).workspace_id
        session.add(m.Away(workspace_id=workspace_id, person_id=tea.people[1], first_day=first, last_day=last))
        session.flush()

        assert lines(session, cards, tea)[-1] == "Updated 3 of 3 · [Full board]"

    told(story)


def test_what_was_so_recent_that_nobody_asked_counts_as_updated(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        for item in session.exec(select(m.PromptItem).where(m.PromptItem.kr_id == tea.krs[2])):
            item.state = m.ItemState.SUPPRESSED

        assert lines(session, cards, tea)[-1] == "Updated 4 of 4 · [Full board]"

    told(story)


def test_a_skip_and_an_answer_from_before_the_question_do_not_count(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        say(session, tea, 2, local(tea.zone, 11, 9, 59), self_score=Decimal("0.6"))
        say(session, tea, 2, local(tea.zone, 12, 8), kind=CheckInKind.SKIP)

        assert lines(session, cards, tea)[-1] == "Updated 3 of 4 · [Full board]"
        say(session, tea, 2, local(tea.zone, 12, 8, 1), kind=CheckInKind.CONFIRM)
        assert lines(session, cards, tea)[-1] == "Updated 4 of 4 · [Full board]"

    told(story)


def test_where_nobody_was_asked_freshness_tells_what_is_updated(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        for item in session.exec(select(m.PromptItem)):
            session.delete(item)
        session.flush()

        assert lines(session, cards, tea)[-1] == "Updated 3 of 4 · [Full board]"
        row(session, tea, 2).current = Current()
        row(session, tea, 3).state = KRState.PAUSED
        assert lines(session, cards, tea)[-1] == "Updated 2 of 3 · [Full board]"

    told(story)


# --- what is left out -------------------------------------------------------------------------


def test_dropped_key_results_are_left_out_and_what_rests_stands_in_one_line(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        row(session, tea, 1).state = KRState.DROPPED
        row(session, tea, 4).state = KRState.PAUSED
        row(session, tea, 4).paused_until = date(2026, 12, 1)
        text = lines(session, cards, tea)

        assert text[1] == "O: Be the trusted supplier of tea for fine restaurants · 0.27 · 🟢1 🟡1"
        assert [line[2:5] for line in text[2:4]] == ["KR2", "KR3"]
        assert text[4] == "⏸ KR4 paused until 1 Dec"
        assert "☐ Pair on the order form · Jack · Thu → KR4" in text, "the work goes on under its name"

    told(story)


def test_the_average_is_hidden_where_objectives_are_not_scored(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        session.get_one(m.Workspace, run_of(session, tea).workspace_id).score_objectives = False

        assert lines(session, cards, tea)[1] == (
            "O: Be the trusted supplier of tea for fine restaurants · 🔵1 🟢1 🟡1 🔴1"
        )

    told(story)


@pytest.mark.parametrize(
    ("visibility", "title"),
    [
        (m.Visibility.TITLE_ONLY, "🔒 O: Be the trusted supplier of tea for fine restaurants"),
        (m.Visibility.TEAM, "🔒 Private objective"),
    ],
)
def test_a_private_objective_stays_with_its_team(told: Told, visibility: m.Visibility, title: str) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        session.exec(select(m.Objective)).one().visibility = visibility
        inside = lines(session, cards, tea)
        outside = lines(session, cards, tea, audience=Audience.WORKSPACE)

        assert line_of(inside, "KR1")
        assert outside == [
            "Growth · OKR board · week 6 of 13",
            title,
            "Next steps",
            "☐ Add yours before you close the meeting [＋ Next step]",
            "Nothing was due this week · [Full board]",
        ]

    told(story)


def test_nobody_is_mentioned_and_the_buttons_say_what_they_are_about(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> Card:
        return digest_card(session, cards, run_of(session, tea), tea.digest_at)

    card = told(story)
    inlines = [part for block in card.blocks if isinstance(block, Text) for line in block.lines for part in line]
    buttons = [block.control for block in card.blocks if isinstance(block, Text) and block.control]

    assert not any(isinstance(part, Mention) for part in inlines)
    assert "@" not in plain_text(card)
    assert [(one.action, one.value) for one in buttons if isinstance(one, Button)] == [
        ("next_step", "team:GRO"),
        ("board", "GRO"),
    ]


# --- other lines ------------------------------------------------------------------------------


def test_short_says_otherwise_where_there_is_no_gap(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        say(session, tea, 1, local(tea.zone, 12, 9), self_score=Decimal("0.3"))
        say(session, tea, 3, local(tea.zone, 12, 9), value=Decimal("7.3"), blocked=True)
        text = lines(session, cards, tea)

        assert text[text.index("Short") + 1 : text.index("Improve")] == [
            "KR4: 64 calls above pace. Blocked on the new order form (Jack). Help: a front-end day",
            "KR1: self-score 0.3 (Mei)",
            "KR3: Blocked (Ana)",
        ]

    told(story)


def test_nothing_short_is_said(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        row(session, tea, 3).state = KRState.PAUSED
        row(session, tea, 4).state = KRState.PAUSED

        assert "Nothing short." in lines(session, cards, tea)

    told(story)


def test_owners_who_differ_are_told_without_their_names(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        workspace_id = run_of(session, tea).workspace_id
        session.add(m.CoOwner(workspace_id=workspace_id, kr_id=tea.krs[1], person_id=tea.people[1]))
        for agreement in session.exec(select(m.Alignment)):
            agreement.state = m.AlignmentState.AGREED
        say(session, tea, 1, local(tea.zone, 12, 9), self_score=Decimal("0.7"))
        say(session, tea, 1, local(tea.zone, 12, 9, 1), self_score=Decimal("0.4"), by_id=tea.people[1])

        assert "KR1: owners differ: 0.4 / 0.7" in lines(session, cards, tea)

    told(story)


def test_health_that_is_not_green_is_told(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        workspace_id = run_of(session, tea).workspace_id
        session.add(
            m.HealthMetric(
                workspace_id=workspace_id,
                team_id=tea.team_id,
                name="Team health",
                status=m.HealthStatus.YELLOW,
                note="two people are ill.",
            )
        )
        session.flush()

        assert "Team health 🟡: two people are ill" in lines(session, cards, tea)

    told(story)


def test_a_quiet_feed_is_told_without_a_name(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        row(session, tea, 2).source = Source.AUTO
        text = lines(session, cards, tea)

        assert "KR2: feed quiet since 30 Oct" in text

    told(story)


def test_the_first_working_day_after_a_holiday_is_said(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        workspace_id = run_of(session, tea).workspace_id
        session.add(m.Holiday(workspace_id=workspace_id, calendar="*", day=date(2026, 11, 11)))
        session.flush()

        assert lines(session, cards, tea)[0] == "Growth · OKR board · week 6 of 13 · holiday week"

    told(story)


def test_a_step_that_is_due_later_is_named_by_its_day(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        step = session.exec(select(m.NextStep).where(m.NextStep.state == m.NextStepState.OPEN)).one()
        step.due, step.kr_id = date(2026, 11, 19), None
        assert "☐ Pair on the order form · Jack · 19 Nov" in lines(session, cards, tea)

        step.due, step.owner_id = date(2026, 11, 18), None
        assert "☐ Pair on the order form · Wed" in lines(session, cards, tea)

        step.due = date(2026, 11, 11)
        assert "☐ Pair on the order form · 11 Nov" in lines(session, cards, tea)

    told(story)


def test_a_preview_is_the_digest_in_any_language(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        team = session.get_one(m.Team, tea.team_id)
        preview = digest_preview(session, cards, team, "en", tea.digest_at)

        assert preview == digest_card(session, cards, run_of(session, tea), tea.digest_at)
        assert plain_text(digest_preview(session, cards, team, "zh", tea.digest_at)).splitlines()[-1] == (
            "已更新 3/4 · [完整看板]"
        )

    told(story)


# --- queries ----------------------------------------------------------------------------------


def test_a_digest_takes_as_many_queries_for_forty_key_results_as_for_four(told: Told) -> None:
    def story(session: Session, cards: Cards, tea: Tea) -> None:
        def sent() -> int:
            run = run_of(session, tea)
            session.flush()
            return len(statements(session, lambda: digest_card(session, cards, run, tea.digest_at), [run]))

        four = sent()
        clone(session, tea, 36)
        session.expire_all()

        assert sent() == four
        assert four <= DIGEST_QUERIES
        assert len(session.exec(select(m.KeyResult).where(col(m.KeyResult.team_id) == tea.team_id)).all()) == 40

    told(story)


def clone(session: Session, tea: Tea, count: int) -> None:
    """So many more key results like KR4, each with a next step and a check-in."""
    model = row(session, tea, 4)
    values = model.model_dump(exclude={"id", "token", "number"})
    for number in range(5, 5 + count):
        copy = m.KeyResult(**values, number=number)
        copy.current = model.current
        session.add(copy)
        session.flush()
        say(session, tea_with(tea, number, copy.id), number, tea.digest_at - timedelta(hours=1), value=Decimal(300))
        session.add(
            m.NextStep(workspace_id=copy.workspace_id, team_id=copy.team_id, kr_id=copy.id, text="x", at=tea.digest_at)
        )


def tea_with(tea: Tea, number: int, kr_id: int) -> Tea:
    return Tea(tea.zone, tea.team_id, tea.run_id, {**tea.krs, number: kr_id}, tea.people)
