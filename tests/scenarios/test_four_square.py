"""`/okr` holds the four squares together: confidence with the key results, priorities, health, and what is next."""

from tests.scenarios.week import Pretend, Week


async def test_priorities_health_and_what_is_next_stand_below_my_key_results(week: Week, jack: Pretend) -> None:
    await jack.types("/okr")
    jack.sees("KR3 Yearly contracts", "Coming up · question Thu 10:00 · board Fri 09:50")

    await jack.types('/okr next "Pair on the order form" @jack by Thu KR3')
    await jack.types("/okr")
    jack.sees("My priorities", "☐ Pair on the order form · 19 Nov → KR3")
    assert "Health" not in jack.newest()


async def test_health_is_told_worst_first(week: Week, mei: Pretend) -> None:
    await mei.types('/okr health "Team health" green')
    await mei.types('/okr health "Calm customers" red two complaints')
    await mei.types("/okr")
    mei.sees("Health · 🔴 Calm customers")


async def test_in_chinese(elsewhere: Week, lin: Pretend) -> None:
    await lin.types("/okr")
    lin.sees("接下来 · 提问")
