"""An edited message is a correction: the new words count instead of the old, once, or the person hears why not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Command, Edited, Inbound, Place, Result, Say, Typed, What
from bot.intake.stored import to_json
from bot.okr.model import KRState
from bot.platforms.console.platform import ConsolePlatform
from storage import models as m
from tests.scenarios.week import Pretend, Week
from tests.storage.databases import Kind

OVERTAKEN = "Something newer counts for {}, so your edit changed nothing. To correct it: /okr update {} …"
POINTS_BELOW = "You edited this message, so what it told me is taken back. My answer to the new words stands below."


@pytest.fixture(autouse=True)
def _on_each(each_database: Kind) -> None:
    """Every test here runs on both databases."""


@dataclass
class Writer:
    """Somebody whose messages have ids, so that they can be edited."""

    one: Pretend
    _count: Iterator[int] = field(default_factory=count)

    @property
    def week(self) -> Week:
        return self.one.week

    async def types(self, text: str, *, reply_to: str | None = None, has_files: bool = False) -> str:
        """Returns the id of the message."""
        name = f"{self.one.name}.{next(self._count)}"
        await self.hears(Typed(text, reply_to, name, has_files))
        return name

    async def edits(
        self,
        message_id: str,
        text: str,
        *,
        said: datetime | None = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Result:
        return await self.hears(Edited(text, message_id, said or self.week.clock.now()), at=at, key=key)

    async def hears(
        self, what: What, *, at: datetime | None = None, key: str | None = None, place: Place = Place.DM
    ) -> Result:
        self.week._untouched = False
        result = await self.week.stage.house.intake.accept(
            Inbound(
                platform=ConsolePlatform.name,
                installation=self.week.stage.console._installation,
                key=key or f"{self.one.name}:{next(self._count)}",
                person=self.one.name,
                place=place,
                channel=self.one.name if place is Place.DM else "#growth",
                at=at or self.week.clock.now(),
                what=what,
            )
        )
        await self.week.stage.acts()
        return result

    def told(self) -> str:
        """The newest answer, as it stands now."""
        return self.one.newest()


@pytest.fixture
async def mei_writes(week: Week, mei: Pretend) -> Writer:
    """She owns KR1, which stands at $44k, and was asked an hour ago."""
    await week.at("2026-11-12 10:00")
    return Writer(mei)


def kr(week: Week, number: int) -> m.KeyResult:
    def look(session: Session) -> m.KeyResult:
        return session.exec(select(m.KeyResult).where(m.KeyResult.number == number)).one()

    return week.look(look)


def value(week: Week, number: int) -> Decimal | None:
    return kr(week, number).current.value


def open_questions(week: Week) -> list[str]:
    def look(session: Session) -> list[str]:
        rows = session.exec(select(m.Clarification).where(col(m.Clarification.closed_at).is_(None)))
        return [row.code for row in rows]

    return week.look(look)


# --- what a correction does ---------------------------------------------------------------------------


async def test_the_new_words_count_instead_of_the_old(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7")
    await week.minutes(5)
    await mei_writes.edits(said, "47k, 0.8")

    assert value(week, 1) == Decimal(47000)
    assert kr(week, 1).current.self_score == Decimal("0.8")
    assert [(row.value, row.raw_text) for row in week.said_of("GRO-1")] == [(Decimal(47000), "47k, 0.8")]
    assert "$44k → $47k" in mei_writes.told()
    assert POINTS_BELOW in mei_writes.one.texts()


async def test_a_correction_counts_from_when_it_was_made_in_the_period_of_what_it_corrects(
    week: Week, mei_writes: Writer
) -> None:
    said = await mei_writes.types("46k, 0.7")
    before = week.look(lambda session: session.exec(select(m.CheckIn).order_by(col(m.CheckIn.id).desc())).first())
    await week.minutes(5)
    await mei_writes.edits(said, "47k, 0.7")

    (row,) = week.said_of("GRO-1")
    assert before is not None
    assert row.prompt_id == before.prompt_id is not None
    assert row.at == before.at + timedelta(minutes=5)


async def test_undo_after_a_correction_goes_back_to_what_was_before_both(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7")
    await mei_writes.edits(said, "47k, 0.7")
    await mei_writes.one.taps("Undo")

    assert value(week, 1) == Decimal(44000)
    assert week.said_of("GRO-1") == []


async def test_the_same_words_and_a_second_delivery_change_nothing(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7")
    await mei_writes.edits(said, "46k, 0.7")
    assert len(week.said_of("GRO-1")) == 1
    posted = mei_writes.one.count()

    await mei_writes.edits(said, "47k, 0.7", key="again")
    await mei_writes.edits(said, "47k, 0.7", key="again")
    await mei_writes.edits(said, "47k, 0.7", key="the same edit under another name")

    assert [row.value for row in week.said_of("GRO-1")] == [Decimal(47000)]
    assert mei_writes.one.count() == posted + 1


async def test_of_two_edits_the_later_counts_in_whatever_order_they_come(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7")
    now = week.clock.now()
    await week.minutes(10)
    await mei_writes.edits(said, "48k, 0.7", said=now, at=now + timedelta(minutes=4))
    await mei_writes.edits(said, "47k, 0.7", said=now, at=now + timedelta(minutes=2))
    assert value(week, 1) == Decimal(48000)

    await mei_writes.edits(said, "49k, 0.7", said=now, at=now + timedelta(minutes=6))
    assert value(week, 1) == Decimal(49000)
    assert len(week.said_of("GRO-1")) == 1


async def test_an_edit_that_comes_before_its_message_is_read_once(week: Week, mei_writes: Writer) -> None:
    await mei_writes.edits("later", "47k, 0.7")
    await mei_writes.hears(Typed("46k, 0.7", None, "later"))

    assert [row.value for row in week.said_of("GRO-1")] == [Decimal(47000)]


async def test_what_was_not_read_yet_is_read_once_with_its_new_words(week: Week, mei_writes: Writer) -> None:
    week.change(lambda session: session.add(_unread(session, "46k, 0.7", week.clock.now())))
    await mei_writes.edits("m", "47k, 0.7")
    await week.stage.house.intake.replay()
    await week.stage.acts()

    assert [row.value for row in week.said_of("GRO-1")] == [Decimal(47000)]


def _unread(session: Session, text: str, now: datetime) -> m.Inbox:
    """A message that was stored, and handled by nobody yet."""
    person = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
    installation = session.exec(select(m.Installation)).first()
    assert installation is not None
    inbound = Inbound(
        ConsolePlatform.name, installation.external_id, "first", "mei", Place.DM, "mei", now, Typed(text, None, "m")
    )
    return m.Inbox(
        workspace_id=person.workspace_id,
        installation_id=installation.id,
        key="first",
        person_id=person.id,
        body=to_json(inbound),
        at=now,
        message_id="m",
    )


# --- what hangs on it ---------------------------------------------------------------------------------


async def test_a_question_about_the_old_words_is_asked_of_the_new_ones(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("450000")
    assert open_questions(week) == ["Q_OUTLIER"]
    await mei_writes.edits(said, "45k, 0.7")

    assert value(week, 1) == Decimal(45000)
    assert open_questions(week) == []

    again = await mei_writes.types("KR1 46k, 0.7")
    await mei_writes.edits(again, "KR1 460000")
    assert open_questions(week) == ["Q_OUTLIER"]
    assert value(week, 1) == Decimal(45000)


async def test_what_was_added_to_it_in_another_message_stays(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("45k")
    await mei_writes.types("0.8")
    assert kr(week, 1).current.self_score == Decimal("0.8")
    await mei_writes.edits(said, "46k")

    assert value(week, 1) == Decimal(46000)
    assert kr(week, 1).current.self_score == Decimal("0.8")


async def test_an_edited_answer_answers_the_same_question(week: Week, mei_writes: Writer) -> None:
    await mei_writes.types("45k")
    landing = await mei_writes.types("0.8")
    await mei_writes.edits(landing, "0.6")

    assert value(week, 1) == Decimal(45000)
    assert kr(week, 1).current.self_score == Decimal("0.6")
    assert open_questions(week) == []


async def test_what_an_edited_answer_taught_is_learned_anew(week: Week, mei_writes: Writer) -> None:
    await mei_writes.types("50%")
    answer = await mei_writes.types("of the way")
    assert value(week, 1) == Decimal(45000)
    await mei_writes.edits(answer, "of target")

    assert value(week, 1) == Decimal(30000)
    mei = week.look(lambda session: session.exec(select(m.Person).where(m.Person.handle == "mei")).one())
    assert mei.percent_means is m.PercentMeans.TARGET


async def test_a_later_question_is_not_answered_by_an_edit_of_something_earlier(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    writes = Writer(ana)
    said = await writes.types("KR4 7/10")
    await writes.types("KR3 600")
    await writes.edits(said, "KR4 8/10")

    assert kr(week, 4).current.confidence == Decimal(8)
    assert open_questions(week) == ["Q_OUTLIER"]


async def test_several_key_results_a_next_step_and_a_win_are_corrected_together(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    writes = Writer(ana)
    said = await writes.types("KR3 60, 0.7. next: call Acme; KR4 7/10 win: the pilot is signed")
    await writes.edits(said, "KR3 61, 0.7. next: call Apex; KR4 7/10")

    def words(session: Session) -> tuple[list[tuple[str, str]], list[str]]:
        steps = session.exec(select(m.NextStep).order_by(col(m.NextStep.id)))
        return [(one.text, one.state.value) for one in steps], [one.text for one in session.exec(select(m.Win))]

    assert value(week, 3) == Decimal(61)
    assert week.look(words) == ([("call Acme", "dropped"), ("call Apex", "open")], [])


async def test_an_answer_on_the_wrong_key_result_moves_to_the_right_one(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    writes = Writer(ana)
    said = await writes.types("KR4 7/10")
    await writes.edits(said, "KR3 60, 0.7")

    assert kr(week, 4).current.confidence == Decimal(6)
    assert value(week, 3) == Decimal(60)
    assert POINTS_BELOW in ana.texts()


async def test_a_file_beside_the_words_is_not_read_and_its_caption_can_be_corrected(
    week: Week, mei_writes: Writer
) -> None:
    await mei_writes.types("", has_files=True)
    assert mei_writes.told() == (
        "I find no words in that, so nothing was recorded. Tell me in a line, for example: KR2 31%; "
        "OKRs you can also send as a file (md, csv, xlsx, yaml)."
    )
    said = await mei_writes.types("46k, 0.7", has_files=True)
    await mei_writes.edits(said, "47k, 0.7")
    assert value(week, 1) == Decimal(47000)


# --- commands -----------------------------------------------------------------------------------------


async def test_an_answer_becomes_a_command_and_a_command_an_answer(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7")
    await mei_writes.edits(said, "board")
    assert value(week, 1) == Decimal(44000)
    assert "Growth" in mei_writes.told()

    shown = await mei_writes.types("board me")
    await mei_writes.edits(shown, "47k, 0.7")
    assert value(week, 1) == Decimal(47000)


async def test_edited_into_undo_only_what_it_told_is_taken_back(week: Week, mei_writes: Writer) -> None:
    await mei_writes.types("45k, 0.7")
    await week.minutes(1)
    said = await mei_writes.types("KR1 46k, 0.7")
    await mei_writes.edits(said, "undo")

    assert value(week, 1) == Decimal(45000)
    assert "Back to $45k" in mei_writes.told()


async def test_a_decision_is_taken_back_with_its_words(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("okr drop KR1 because of the market")
    assert kr(week, 1).state is KRState.DROPPED
    await mei_writes.edits(said, "okr pause KR1 because of the market")

    assert kr(week, 1).state is KRState.PAUSED


# --- why nothing is changed -----------------------------------------------------------------------------


async def test_what_was_taken_back_is_not_changed_by_an_edit(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7")
    await mei_writes.one.taps("Undo")
    await mei_writes.edits(said, "47k, 0.7")

    assert value(week, 1) == Decimal(44000)
    assert mei_writes.told() == (
        "What that message told me was taken back before, so your edit changed nothing. Please send it anew."
    )


@pytest.mark.parametrize("by", ["jack", "ana"])
async def test_a_newer_answer_of_anybody_goes_on_to_count(week: Week, jack: Pretend, ana: Pretend, by: str) -> None:
    await week.at("2026-11-12 10:00")
    writes = Writer(jack)
    said = await writes.types("KR3 60, 0.7")
    await week.person(by).types("KR3 64, 0.7")
    await writes.edits(said, "KR3 61, 0.7")

    assert value(week, 3) == Decimal(64)
    assert jack.newest() == OVERTAKEN.format("KR3", "KR3")
    await writes.edits(said, "KR3 62, 0.7")
    assert value(week, 3) == Decimal(64), "what was not taken over once is not the one to correct"


async def test_a_newer_reply_that_waits_for_an_answer_is_not_lost(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7")
    await mei_writes.types("KR1 460000")
    await mei_writes.edits(said, "47k, 0.7")

    assert value(week, 1) == Decimal(46000)
    assert OVERTAKEN.format("KR1", "KR1") in mei_writes.told()
    await mei_writes.types("yes")
    assert value(week, 1) == Decimal(460000)


async def test_after_the_next_weekly_question_an_edit_changes_nothing(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-18 20:00")
    writes = Writer(ana)
    said, then = await writes.types("KR3 60, 0.7"), week.clock.now()
    await week.at("2026-11-19 10:30")
    await writes.edits(said, "KR3 61, 0.7", said=then)

    assert value(week, 3) == Decimal(60)
    assert "I have asked you anew since, so your edit changed nothing." in ana.newest()


@pytest.mark.parametrize(("hours", "taken"), [(24, True), (25, False)])
async def test_for_24_hours(week: Week, mei_writes: Writer, hours: int, taken: bool) -> None:
    said, then = await mei_writes.types("46k, 0.7"), week.clock.now()
    await week.minutes(60 * hours)
    await mei_writes.edits(said, "47k, 0.7", said=then)

    assert value(week, 1) == Decimal(47000 if taken else 46000)
    late = "You edited a message that is more than 24 hours old, so nothing has changed."
    assert (f"{late} To correct it: /okr update KR1 …" == mei_writes.told()) is not taken


async def test_an_old_message_that_told_nothing_may_be_edited_in_peace(week: Week, mei_writes: Writer) -> None:
    said, then = await mei_writes.types("thanks"), week.clock.now()
    await week.minutes(60 * 30)
    posted = mei_writes.one.count()
    await mei_writes.edits(said, "thank you", said=then)
    assert mei_writes.one.count() == posted + 1  # it is answered as if it were new
    await mei_writes.edits("of last year", "47k", said=then - timedelta(days=300))
    assert "more than 24 hours old" in mei_writes.told()


async def test_a_message_without_words_left_keeps_what_it_told(week: Week, mei_writes: Writer) -> None:
    said = await mei_writes.types("46k, 0.7", has_files=True)
    await mei_writes.edits(said, "")

    assert value(week, 1) == Decimal(46000)
    assert mei_writes.told() == (
        "No words are left in that message. What it told me stays; Undo stands beside my answer to it."
    )


async def test_somebody_elses_message_of_the_same_name_is_left_alone(
    week: Week, mei_writes: Writer, jack: Pretend
) -> None:
    said = await mei_writes.types("46k, 0.7")
    await Writer(jack).edits(said, "60, 0.7")

    assert value(week, 1) == Decimal(46000)
    assert value(week, 3) == Decimal(60)


async def test_new_words_about_what_is_not_mine_are_refused_and_the_old_ones_are_no_more(
    week: Week, jack: Pretend
) -> None:
    await week.at("2026-11-12 10:00")
    writes = Writer(jack)
    said = await writes.types("KR3 60, 0.7")
    await writes.edits(said, "KR1 46k")

    assert (value(week, 1), value(week, 3)) == (Decimal(44000), Decimal(58))
    assert "Only Mei" in jack.newest()
    assert POINTS_BELOW in jack.texts()


# --- threads --------------------------------------------------------------------------------------------


async def test_a_reply_under_an_answer_of_ours_is_about_what_that_echoes(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    writes = Writer(ana)
    await writes.types("KR3 60, 0.7")
    echo = ana.messages()[-1]
    await writes.types("KR4 7/10")
    said = await writes.types("61, 0.7", reply_to=echo.ref.message_id)
    assert value(week, 3) == Decimal(61)

    await writes.hears(Edited("62, 0.7", said, week.clock.now(), echo.ref.message_id))
    assert value(week, 3) == Decimal(62)


# --- mentions -------------------------------------------------------------------------------------------


async def test_a_mention_by_the_way_is_no_order(week: Week, mei_writes: Writer) -> None:
    for text in ("thanks !", "I love how works", "the numbers come from , see above"):
        said = await mei_writes.hears(Command(text, "1.1", aside=True), place=Place.CHANNEL)
        assert not isinstance(said, Say), text
    said = await mei_writes.hears(Command("board", "1.2", aside=True), place=Place.CHANNEL)
    assert isinstance(said, Say)
    assert "Growth" in plain_text(said.card)
    await mei_writes.hears(Command("KR1 46k, 0.7", "1.3", aside=True), place=Place.CHANNEL)
    assert value(week, 1) == Decimal(46000)


async def test_thanks_to_okra_are_answered_kindly(mei_writes: Writer) -> None:
    said = await mei_writes.hears(Command("thanks!", "1.1"), place=Place.CHANNEL)
    assert isinstance(said, Say)
    assert plain_text(said.card) == "You're welcome."


async def test_an_edited_mention_is_a_correction_too(week: Week, mei_writes: Writer) -> None:
    await mei_writes.hears(Command("KR1 46k, 0.7", "1.1"), place=Place.CHANNEL)
    await mei_writes.hears(Edited("KR1 47k, 0.7", "1.1", week.clock.now()), place=Place.CHANNEL)

    assert [row.value for row in week.said_of("GRO-1")] == [Decimal(47000)]
