"""Health metrics in the weekly question: two taps at its end, or a message of their own (spec/07 §12.9)."""

from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


def look_after(week: Week, handle: str, *names: str) -> None:
    """Somebody looks after health metrics of Growth."""

    def add(session: Session) -> None:
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        person = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
        for name in names:
            session.add(m.HealthMetric(workspace_id=team.workspace_id, team_id=team.id, name=name, owner_id=person.id))

    week.change(add)


def stands(week: Week, name: str) -> tuple[str, str | None]:
    query = select(m.HealthMetric).where(m.HealthMetric.name == name)
    row = week.look(lambda session: session.exec(query).one())
    return row.status.value, row.note


async def test_two_taps_at_the_end_of_the_question(week: Week, li: Pretend) -> None:
    look_after(week, "li", "Customer satisfaction", "Team health")
    await week.at("2026-11-19 10:00")
    li.sees("Weekly check-in", "Health check, two taps:", "Customer satisfaction", "Team health")

    await li.taps("🟢", "Customer satisfaction: green")
    await li.taps("🟡", "Team health: yellow")
    li.sees("Weekly check-in", "🟢 Customer satisfaction", "🟡 Team health", "What is behind it? One line is enough.")

    await li.taps("Add a line")
    await li.fills_in(note="on-call is heavy")
    li.sees("Weekly check-in", "🟡 Team health: on-call is heavy")
    assert stands(week, "Team health") == ("yellow", "on-call is heavy")


async def test_the_line_behind_a_yellow_may_be_typed(week: Week, li: Pretend) -> None:
    look_after(week, "li", "Team health")
    await week.at("2026-11-19 10:00")
    await li.taps("🟡", "Team health: yellow")

    await li.types("on-call is heavy")
    await week.minutes(1)

    assert stands(week, "Team health") == ("yellow", "on-call is heavy")
    await li.types("31%")
    assert stands(week, "Team health") == ("yellow", "on-call is heavy")


async def test_a_number_after_a_yellow_is_the_number(week: Week, li: Pretend) -> None:
    look_after(week, "li", "Team health")
    await week.at("2026-11-19 10:00")
    await li.taps("🟡", "Team health: yellow")

    await li.types("31%")

    assert stands(week, "Team health") == ("yellow", None)


async def test_it_is_asked_in_every_second_week(week: Week, li: Pretend) -> None:
    look_after(week, "li", "Team health")
    await week.at("2026-11-12 10:00")
    li.sees("Weekly check-in")
    li.sees_nothing_of("Health check")


async def test_who_owns_no_key_result_gets_a_message_of_its_own(week: Week, bea: Pretend, mei: Pretend) -> None:
    look_after(week, "bea", "Team health")
    await week.at("2026-11-13 12:00")
    await mei.types("/okr own KR5 @mei")
    await week.at("2026-11-19 18:00")

    bea.sees("Health check, one tap:", "Team health", "[🟢] [🟡] [🔴]")
    await bea.taps("🟢", "Team health: green")
    bea.sees("Health check", "🟢 Team health")


async def test_what_is_not_green_stands_on_the_board(week: Week, growth: Place, mei: Pretend, li: Pretend) -> None:
    look_after(week, "li", "Team health")
    await week.at("2026-11-12 10:00")
    for name, words in (("mei", "46k"), ("li", "31%"), ("jack", "62"), ("ana", "7/10"), ("bea", "7.3")):
        await week.person(name).types(words)
    await li.types('/okr health "Team health" red on-call is heavy')

    await week.at("2026-11-13 09:50")

    growth.sees("Improve", "Team health 🔴: on-call is heavy")


async def test_somebody_else_s_tap_records_nothing(week: Week, li: Pretend, jack: Pretend) -> None:
    look_after(week, "li", "Team health")
    await week.at("2026-11-19 10:00")
    message, button = li.finds("🔴", "Team health: red")

    await jack.taps_on(message, button)

    assert stands(week, "Team health") == ("green", None)
