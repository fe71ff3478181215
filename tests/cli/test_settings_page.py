"""Every setting stands in docs/settings.md with its default, and nothing else does."""

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from bot.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
_ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \|", re.MULTILINE)


def described(page: str) -> dict[str, str]:
    """Each variable of a page's tables, and the default that it tells."""
    return {name: default.strip("`") for name, default in _ROW.findall(page)}


def wanted() -> dict[str, str]:
    """Each variable there is, and its default as the page writes it."""
    found = {}
    for name, field in Settings.model_fields.items():
        assert field.default is not PydanticUndefined, f"{name} has no default"
        default = field.default
        found[name.upper()] = {None: "not set", False: "false", True: "true"}.get(default, str(default))
    return found


def test_the_page_describes_every_setting_with_its_default() -> None:
    assert described(PAGE.read_text(encoding="utf-8")) == wanted()


@pytest.mark.parametrize("line", ["| `PORT` | `3978` | The port. |", "| `PORT` | `80` | The port. |"])
def test_a_page_with_a_row_too_few_or_a_wrong_default_would_be_noticed(line: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    changed = re.sub(r"^\| `PORT` .*\n", "" if "3978" in line else f"{line}\n", page, flags=re.MULTILINE)

    assert described(changed) != wanted()


def test_what_is_secret_says_so() -> None:
    page = PAGE.read_text(encoding="utf-8")
    secret = [name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]

    assert secret
    for name in secret:
        (row,) = [line for line in page.split("\n") if line.startswith(f"| `{name}` ")]
        assert row.endswith("Secret. |"), name
