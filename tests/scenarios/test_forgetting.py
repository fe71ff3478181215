"""A workspace that keeps what people said for so many days: then the words go, and the numbers stay."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from bot.rituals.forgetting import Forgetting
from bot.views.facts import team_facts
from storage import homes
from storage import models as m
from storage.session import Database
from tests.scenarios.week import Pretend, Week
from tests.storage.okr_files.exports import FORMATS, assert_goes_round
from tests.storage.searching import holding

WORD = "zebra"
DAYS = 30


def keep(week: Week, days: int | None) -> None:
    def work(session: Session) -> None:
        workspace = session.exec(select(m.Workspace)).one()
        workspace.retention_days = days
        session.add(workspace)

    week.stage.db.write_now(work)


async def looks(week: Week) -> int:
    """Another process, which knows nothing of earlier looks."""
    return await Forgetting(week.stage.db, week.clock).look()


def numbers(db: Database) -> object:
    """What boards, history and charts are made of."""

    def look(session: Session) -> object:
        row = m.CheckIn
        figures = (row.kr_id, row.by_id, row.at, row.kind, row.value, row.self_score, row.confidence, row.blocked)
        said = [tuple(one) for one in session.exec(select(*figures).order_by(col(row.id)))]  # type: ignore[call-overload]
        readings = [
            (one.kr_id, one.value, one.day) for one in session.exec(select(m.Reading).order_by(col(m.Reading.id)))
        ]
        current = [
            (one.id, one.current.value, one.current.self_score, one.current.blocked, one.current.updated_at)
            for one in session.exec(select(m.KeyResult).order_by(col(m.KeyResult.id)))
        ]
        steps = [(one.state, one.done_at) for one in session.exec(select(m.NextStep).order_by(col(m.NextStep.id)))]
        return said, readings, current, steps

    return db.read_now(look)


async def told(week: Week, mei: Pretend, li: Pretend) -> None:
    """A week with many words in it."""
    await week.at("2026-11-12 10:00")
    await mei.types(f"46k, the {WORD} contract slipped")
    await mei.types(f"next: call the {WORD}")
    await mei.types(f"win: the {WORD} signed")
    await mei.types(f"what about the {WORD}?")
    await li.types(f"KR2 32%, blocked by the {WORD}, need help from the {WORD}")
    await week.at("2026-11-13 12:00")


def done(week: Week) -> None:
    def work(session: Session) -> None:
        for step in session.exec(select(m.NextStep)):
            step.state, step.done_at = m.NextStepState.DONE, week.clock.now()
            session.add(step)

    week.stage.db.write_now(work)


async def test_words_go_after_their_days_and_numbers_stay(week: Week, mei: Pretend, li: Pretend) -> None:
    await told(week, mei, li)
    done(week)
    keep(week, DAYS)
    before = numbers(week.stage.db)
    held = holding(week.stage.db, WORD)
    assert held >= {
        "inbox.body",
        "check_in.raw_text",
        "check_in.note",
        "check_in.blocker",
        "next_step.text",
        "win.text",
    }
    assert held >= {"key_result.current", "delivery.data"}

    week.clock.move_to(week.clock.now() + timedelta(days=DAYS - 1))
    await looks(week)
    assert holding(week.stage.db, WORD) == held, "it is too early"

    week.clock.move_to(week.clock.now() + timedelta(days=2))
    assert await looks(week) > 0

    assert holding(week.stage.db, WORD) == set()
    assert numbers(week.stage.db) == before
    rows = week.look(lambda session: session.exec(select(m.Inbox)).all())
    await looks(week)
    assert week.look(lambda session: session.exec(select(m.Inbox)).all()) == rows, "a second time nothing is to do"
    team_facts_are_read(week)


def team_facts_are_read(week: Week) -> None:
    week.look(lambda session: [team_facts(session, team, week.clock.now()) for team in session.exec(select(m.Team))])


async def test_without_a_number_of_days_nothing_is_ever_forgotten(week: Week, mei: Pretend, li: Pretend) -> None:
    await told(week, mei, li)
    done(week)
    held = holding(week.stage.db, WORD)

    week.clock.move_to(week.clock.now() + timedelta(days=4000))

    assert await looks(week) == 0
    assert holding(week.stage.db, WORD) == held


async def test_what_is_still_open_is_kept(week: Week, mei: Pretend, li: Pretend) -> None:
    await told(week, mei, li)
    keep(week, DAYS)
    week.clock.move_to(week.clock.now() + timedelta(days=DAYS + 2))

    await looks(week)

    assert holding(week.stage.db, WORD) == {"next_step.text"}


async def test_people_go_on_after_words_are_gone(week: Week, mei: Pretend, li: Pretend) -> None:
    """Old messages are pressed and corrected, the board and the home page are looked at: nothing breaks."""
    await told(week, mei, li)
    done(week)
    keep(week, DAYS)
    week.clock.move_to(week.clock.now() + timedelta(days=DAYS + 2))
    await looks(week)

    for words in ("/okr", "/okr board", "/okr show KR1", "/okr wins", "/okr why KR1", "KR1 47k", "undo"):
        await mei.types(words)
    await week.minutes(5)

    assert week.said_of("GRO-1") == [] or week.said_of("GRO-1")[-1].value is not None


async def test_an_export_goes_round_without_the_words(week: Week, mei: Pretend, li: Pretend, tmp_path: Path) -> None:
    await told(week, mei, li)
    done(week)
    keep(week, DAYS)
    week.clock.move_to(week.clock.now() + timedelta(days=DAYS + 2))
    await looks(week)

    for kind in FORMATS:
        assert_goes_round(week.stage.db, tmp_path, kind)


def opens_page(session: Session, week: Week, handle: str, said: str) -> None:
    """Somebody opened their own page and pressed something there, which said this."""
    person = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
    address = session.exec(select(m.Address).where(m.Address.person_id == person.id)).one()
    page = homes.open_page(session, address, week.clock.now())
    answer = {"name": "notice", "data": {"msgid": said}, "at": week.clock.now().isoformat()}
    homes.show_at_once(session, person.id, week.clock.now(), on=page, said=answer)


async def test_what_was_said_on_a_page_goes_too_and_the_page_stands(week: Week) -> None:
    await week.at("2026-11-12 10:00")
    week.change(lambda session: opens_page(session, week, "mei", f"the {WORD} is noted"))
    keep(week, DAYS)
    assert holding(week.stage.db, WORD) == {"delivery.data"}

    week.clock.move_to(week.clock.now() + timedelta(days=DAYS - 1))
    await looks(week)
    assert holding(week.stage.db, WORD) == {"delivery.data"}, "it is too early"

    week.clock.move_to(week.clock.now() + timedelta(days=2))
    assert await looks(week) > 0
    assert holding(week.stage.db, WORD) == set()
    page = week.look(lambda session: session.exec(select(m.Delivery).where(m.Delivery.kind == homes.KIND)).one())
    assert page.state is m.DeliveryState.SENT
    assert "address" in page.data
    await looks(week)
    again = week.look(lambda session: session.get_one(m.Delivery, page.id))
    assert again.updated_at == page.updated_at, "a second time nothing is to do"
