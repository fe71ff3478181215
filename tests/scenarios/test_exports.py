"""An export of a week that was lived: whatever was said, taken back, corrected or changed, importing it is harmless."""

from pathlib import Path

import pytest

from tests.scenarios.week import Pretend, Week
from tests.storage.okr_files.exports import FORMATS, assert_goes_round, exported


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_lived_week_goes_round(
    week: Week, mei: Pretend, li: Pretend, jack: Pretend, ana: Pretend, tmp_path: Path, kind: str
) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("46k, 0.7")
    await week.minutes(1)
    await mei.types("KR1 47k, 0.8, blocked on =legal, next: call GC")
    await week.minutes(1)
    await mei.types("undo")
    await jack.types("KR3 60")
    await ana.types("KR3 64")
    await jack.types("0.7")  # the number is copied, and keeps its age
    await ana.types('KR4 7/10, -1 day from launch; "quoted", a\\b\n\'and a second line')
    await mei.types("/okr KR2 31%")  # for Li
    await week.minutes(1)
    await li.types("KR2 skip")
    await mei.types('/okr win "Hotel Aurora renewed" KR1')
    await mei.types('/okr win "Hotel Aurora renewed" KR1')
    await mei.types('/okr next "Call the three hotels" KR1')
    await mei.types('/okr next "Call the three hotels" KR1')
    await mei.types("/okr pause KR3 until 1 Dec because the fair is over")
    await mei.types("/okr drop KR5 because nobody asks for it")
    await week.minutes(10)
    await mei.types("/okr own KR2 @ana")
    await ana.types("KR2 33%, 0.6")

    assert_goes_round(week.stage.db, tmp_path, kind)


async def test_what_was_taken_back_and_the_very_words_stay_out(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("KR1 46k, 0.7, blocked on a walrus")
    await mei.types("undo")
    await mei.types("KR1 45.5k fingers crossed")

    data = exported(week.stage.db, "json").decode()

    assert "walrus" not in data
    assert '"value": 45500' in data
    assert "fingers crossed" not in data.replace('"note": "fingers crossed"', "")
