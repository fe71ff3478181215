"""Friday 15:00: what went well, in one message; and a word to a team that is thanked (spec/07 §12.8)."""

from datetime import date

from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.views.wins import plan_thanks
from storage import models as m
from tests.scenarios.week import GROWTH, Place, Pretend, Week

FRIDAY = "2026-11-13 15:00"
NEXT_FRIDAY = "2026-11-20 15:00"
SUPPORT = "#support"


def team_says(week: Week, **rituals: bool) -> None:
    def work(session: Session) -> None:
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        team.rituals = {**team.rituals, **rituals}
        session.add(team)

    week.change(work)


def tells(week: Week, text: str, handle: str = "mei", *, thanks: str | None = None, kr: int | None = None) -> int:
    """Somebody of Growth tells a win."""

    def work(session: Session) -> int:
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == kr)).first()
        win = m.Win(
            workspace_id=team.workspace_id,
            team_id=team.id,
            text=text,
            by_id=session.exec(select(m.Person.id).where(m.Person.handle == handle)).one(),
            kr_id=None if row is None else row.id,
            thanks_team_id=session.exec(select(m.Team.id).where(m.Team.key == thanks)).first(),
            at=week.clock.now(),
        )
        session.add(win)
        plan_thanks(session, win, week.clock.now())
        return win.id

    return week.change(work)


def there_is_support(week: Week, lang: m.Language = m.Language.EN) -> Place:
    """Another team of the company, with a channel of its own."""

    def work(session: Session) -> None:
        growth = session.exec(select(m.Team)).one()
        session.add(
            m.Team(
                workspace_id=growth.workspace_id,
                key="SUP",
                name="Support",
                installation_id=growth.installation_id,
                channel_ref={"channel": SUPPORT},
                lang=lang,
            )
        )

    week.room.channels[SUPPORT] = ["mei"]
    week.change(work)
    return week.channel(SUPPORT)


def told(week: Week) -> list[str]:
    """The Friday messages as they were posted."""
    texts = [plain_text(one.card) for one in week.posted if one.spot.name == GROWTH]
    return [text for text in texts if text.startswith("This week's wins")]


async def test_what_the_figures_and_the_people_tell_is_one_message(
    week: Week, growth: Place, mei: Pretend, ana: Pretend
) -> None:
    team_says(week, wins=True)
    there_is_support(week)
    await week.at("2026-11-12 10:00")
    await mei.types("KR1 52k")
    await ana.types("KR4 8/10")
    tells(week, "Acme renewed early.", thanks="SUP")

    await week.at("2026-11-13 14:59")
    assert told(week) == []
    await week.at(FRIDAY)

    assert growth.newest() == (
        "This week's wins: KR1 passed 0.7 · Single sign-on 6 → 8/10 · Acme renewed early (Mei, thanks Support). "
        "Anything to add?\n[＋ Win]"
    )
    assert growth.messages()[-1].answers is None


async def test_what_was_taken_back_is_not_told(week: Week, mei: Pretend) -> None:
    team_says(week, wins=True)
    await week.at("2026-11-12 10:00")
    await mei.types("KR1 52k")
    await mei.types("undo")

    await week.at("2026-11-13 18:30")

    assert told(week) == []
    assert ("wins", "there is nothing to tell") in week.not_sent()


async def test_unless_a_team_asks_for_it_nothing_is_told(week: Week) -> None:
    await week.at("2026-11-12 10:00")
    tells(week, "Acme renewed early")

    await week.at("2026-11-13 18:30")

    assert told(week) == []


async def test_what_was_told_is_not_told_again_and_a_holiday_s_wins_are_told_a_week_later(
    week: Week, jack: Pretend
) -> None:
    team_says(week, wins=True)
    await week.at("2026-11-12 10:00")
    tells(week, "Acme renewed early")
    await week.at(FRIDAY)

    def holiday(session: Session) -> None:
        team = session.exec(select(m.Team)).one()
        session.add(m.Holiday(workspace_id=team.workspace_id, calendar="*", day=date(2026, 11, 20), name="Tea"))

    week.change(holiday)
    await week.at("2026-11-16 12:00")
    await jack.types("KR3 70")
    await week.at("2026-11-20 18:30")
    assert len(told(week)) == 1
    assert ("wins", "holiday or company shutdown on the meeting day") in week.not_sent()

    await week.at("2026-11-27 15:00")
    assert [text.partition("\n")[0] for text in told(week)][1:] == [
        "This week's wins: KR3 passed 0.7. Anything to add?"
    ]


async def test_more_than_eight_are_counted(week: Week, growth: Place) -> None:
    team_says(week, wins=True)
    await week.at("2026-11-12 10:00")
    for number in range(10):
        tells(week, f"Guest {number} came back")

    await week.at(FRIDAY)

    assert "Guest 7 came back (Mei) · and 2 more. Anything to add?" in growth.newest()
    assert "Guest 8" not in growth.newest()


async def test_a_win_that_is_added_stands_in_the_same_message(week: Week, growth: Place) -> None:
    team_says(week, wins=True)
    await week.at("2026-11-12 10:00")
    tells(week, "Acme renewed early")
    await week.at(FRIDAY)

    tells(week, "The new menu is printed", "jack")
    await week.minutes(2)

    assert "Acme renewed early (Mei) · The new menu is printed (Jack)" in growth.newest()
    assert len(told(week)) == 1


async def test_a_thanked_team_reads_it_at_once_in_its_own_channel_and_language(week: Week) -> None:
    support = there_is_support(week, m.Language.ZH)
    await week.at("2026-11-12 10:00")

    tells(week, "Acme renewed early", thanks="SUP")
    await week.minutes(1)

    assert support.newest() == "Growth 感谢你们：Acme renewed early（Mei）"
    await week.at(FRIDAY)
    assert support.count() == 1


async def test_a_private_win_is_told_to_its_own_team_alone(week: Week, growth: Place) -> None:
    team_says(week, wins=True)
    support = there_is_support(week)

    def close(session: Session) -> None:
        session.exec(select(m.Objective)).one().visibility = m.Visibility.TEAM

    week.change(close)
    await week.at("2026-11-12 10:00")
    tells(week, "Acme renewed early", thanks="SUP", kr=1)
    await week.at(FRIDAY)

    assert support.count() == 0
    assert "Acme renewed early (Mei, thanks Support)" in growth.newest()


async def test_a_win_that_is_taken_back_later_is_taken_back_in_the_thanked_team_s_channel_too(week: Week) -> None:
    support = there_is_support(week)
    mei = week.person("mei")
    await week.at("2026-11-12 10:05")
    await mei.types('/okr win "Acme renewed early" KR1 thanks @Support')
    assert support.newest() == "Growth says thank you: Acme renewed early (Mei)"

    await mei.taps("Undo")
    await week.minutes(1)

    assert support.count() == 1
    assert support.newest() == "A word of thanks stood here; it was taken back."


async def test_a_win_that_was_taken_back_in_time_thanks_nobody(week: Week) -> None:
    support = there_is_support(week)
    await week.at("2026-11-12 10:00")
    win_id = tells(week, "Acme renewed early", thanks="SUP")
    week.change(lambda session: session.delete(session.get_one(m.Win, win_id)))

    await week.minutes(1)

    assert support.count() == 0
    assert ("win_thanks", "it was taken back") in week.not_sent()


async def test_after_an_evening_s_downtime_it_waits_for_the_next_friday(week: Week, growth: Place) -> None:
    team_says(week, wins=True)
    await week.at("2026-11-13 11:00")
    tells(week, "Acme renewed early")
    await week.restarts("2026-11-13 18:30")
    await week.at("2026-11-13 20:00")
    assert told(week) == []

    await week.at(NEXT_FRIDAY)
    growth.sees("This week's wins: Acme renewed early (Mei)")
