"""A draft is commented on, published, approved or sent back; the channel reads one message, and nobody waits."""

from storage import models as m
from tests.scenarios.drafted import TITLE, above, draft_of_two, state_of
from tests.scenarios.week import Place, Pretend, Week


async def test_a_draft_is_published_and_the_lead_above_is_told(
    week: Week, mei: Pretend, li: Pretend, bea: Pretend, jack: Pretend, growth: Place
) -> None:
    above(week, "jack")
    draft_of_two(week)
    await week.at("2026-11-12 10:05")

    await mei.types("/okr publish")
    mei.sees("Growth · draft for 2026 Q4", TITLE, "KR6 · Repeat orders · 20% → 35% · Li", "KR7", "Bea")
    await mei.taps("Publish")
    await mei.fills_in()

    assert state_of(week) is m.ObjectiveState.ACTIVE
    mei.sees(f"O2 {TITLE} is published with 2 key results. I ask about them from now on. The channel reads it.")
    growth.sees("Mei published an objective of Growth for 2026 Q4.", TITLE, "Repeat orders", "Delivery complaints")
    jack.sees(f"Mei published '{TITLE}' for Growth; key results: 2. You need not do anything.")
    assert growth.count() == 1
