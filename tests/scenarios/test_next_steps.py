"""Next steps through a week: noted, ticked off in place, on the board, and asked for after the meeting."""

from sqlmodel import Session, select

from bot.platforms.console.buttons import find_button
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


def steps(week: Week) -> list[tuple[str, str]]:
    query = select(m.NextStep).order_by(m.NextStep.id)  # type: ignore[arg-type]  # the column, not its value
    return week.look(lambda session: [(one.text, one.state.value) for one in session.exec(query)])


async def test_a_next_step_is_noted_tied_and_ticked_off_in_one_message(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.types('/okr next "Pair on the order form"')
    jack.sees("Next step noted: Pair on the order form · Fri", "Which KR does it move?", "[KR3]", "[None]")
    messages = len(jack.messages())

    await jack.taps("KR3")
    jack.sees("Next steps · Growth · 0 of 1 done", "☐ Pair on the order form · Jack · Fri → KR3")
    await jack.taps("☐")
    jack.sees("Next steps · Growth · 1 of 1 done", "☑ Pair on the order form · Jack · Fri → KR3")

    assert len(jack.messages()) == messages
    assert steps(week) == [("Pair on the order form", "done")]


async def test_a_tick_that_is_delivered_twice_stays_ticked(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.types('/okr next "call GC" KR3')
    message, button = jack.finds("☐")

    await jack.taps_on(message, button, key="one")
    await jack.taps_on(message, button, key="one")
    await jack.taps_on(message, button)

    assert steps(week) == [("call GC", "done")]


async def test_the_board_follows_the_next_steps(week: Week, growth: Place, mei: Pretend) -> None:
    await week.at("2026-11-13 09:50")
    await mei.types('/okr next "call GC" @jack by Mon KR3')
    await week.minutes(2)

    growth.sees("Next steps", "☐ call GC · Jack · Mon → KR3")


async def test_a_next_step_from_the_board_s_button(week: Week, growth: Place, jack: Pretend) -> None:
    await week.at("2026-11-13 09:50")
    message = growth.messages()[-1]

    await jack.taps_on(message, find_button([message], "＋ Next step")[1])
    await jack.fills_in(text="call GC", owner="li")

    jack.sees("Next step noted: call GC")
    assert "Which KR does it move?" not in "".join(jack.texts())
    assert steps(week) == [("call GC", "open")]


async def test_none_today_is_said_in_the_question_after_the_meeting(week: Week, growth: Place, mei: Pretend) -> None:
    await week.at("2026-11-13 10:52")
    growth.sees("Next steps from today?", "[None today]")
    message = growth.messages()[-1]

    await mei.taps_on(message, find_button([message], "None today")[1])
    await week.minutes(2)

    growth.sees("Next steps from today?", "None today, says Mei.")


async def test_undo_takes_back_one_s_own_and_leaves_who_was_named_alone(
    week: Week, mei: Pretend, jack: Pretend
) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types('/okr next "call GC" @jack KR3')

    await jack.types("/okr undo")
    assert steps(week) == [("call GC", "open")]

    await mei.types("/okr undo")
    assert steps(week) == [("call GC", "dropped")]


async def test_a_line_in_a_dm_needs_no_slash(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.types('next "call GC" by Fri KR3')

    jack.sees("☐ call GC · Jack · Fri → KR3")
    assert week.said_of("GRO-3") == []


def joins_another_team(week: Week, handle: str) -> None:
    def join(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
        team = m.Team(workspace_id=person.workspace_id, key="SUP", name="Support")
        session.add(team)
        session.flush()
        session.add(m.Membership(workspace_id=person.workspace_id, team_id=team.id, person_id=person.id))

    week.change(join)


async def test_in_several_teams_one_question_decides_and_asking_twice_notes_once(week: Week, jack: Pretend) -> None:
    joins_another_team(week, "jack")
    await week.at("2026-11-12 10:30")
    await jack.types('/okr next "call GC" by Fri')
    jack.sees("Which team?", "[GRO] [SUP]")
    message, button = jack.finds("SUP")

    await jack.taps_on(message, button)
    await jack.taps_on(message, button)

    jack.sees("Next steps · Support · 0 of 1 done", "☐ call GC · Jack · Fri")
    assert steps(week) == [("call GC", "open")]


async def test_in_several_teams_a_win_asks_once_too(week: Week, jack: Pretend, mei: Pretend) -> None:
    joins_another_team(week, "jack")
    await week.at("2026-11-12 10:30")
    await jack.types('/okr win "Acme renewed" thanks @growth')
    message, button = jack.finds("SUP")

    await mei.taps_on(message, button)
    await jack.taps_on(message, button)
    await jack.taps_on(message, button)

    jack.sees("Win noted: Acme renewed · thanks Growth", "[Undo]")
    wins = week.look(lambda session: session.exec(select(m.Win)).all())
    assert [one.text for one in wins] == ["Acme renewed"]
