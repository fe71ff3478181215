"""What a platform is like stands in one table: no room but the platforms and the command line asks which one it is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot/cards", "bot/delivery", "bot/handlers", "bot/intake", "bot/okr", "bot/rituals", "bot/views", "storage")
TABLE = ROOT / "storage" / "platforms.py"
NAMES_ONE = re.compile(r"\bPlatform\.(?:SLACK|TEAMS)\b")


def named_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if NAMES_ONE.search(line)]


def test_no_other_room_names_a_platform() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path != TABLE]
    assert len(files) > 100
    assert {str(path): lines for path in files if (lines := named_in(path.read_text()))} == {}


def test_whoever_names_one_is_noticed() -> None:
    assert named_in("if place.platform is m.Platform.TEAMS:\n    pass") == ["if place.platform is m.Platform.TEAMS:"]
    assert named_in(TABLE.read_text())
