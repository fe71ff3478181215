"""Finding what is to be translated: in templates with Babel's own extractor, in Python by its marks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract

ROOT = Path(__file__).parents[2] / "bot"
TEMPLATES = ROOT / "cards" / "templates"
PAGES = ROOT / "platforms" / "playground" / "templates"

MARKS = frozenset({"N_", "Words"})
"""Calls whose first argument is a msgid: `N_("…")`, and the domain's `Words("…")`, which may not import `N_`."""

FORBIDDEN = {
    "en": re.compile(r"\b(?:late|failed|missing|overdue|forgot)\b|please remember", re.IGNORECASE),
    "zh": re.compile(r"迟到|失败|逾期|忘记|忘了|拖延|请记得|请记住"),
}

Message = str | tuple[str, ...]


def in_templates(folder: Path = TEMPLATES, ending: str = "xml") -> dict[Message, str]:
    """The messages of all templates, each with where it stands."""
    options = {"extensions": "jinja2.ext.do", "trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
    found: dict[Message, str] = {}
    for path in sorted(folder.glob(f"*.{ending}")):
        with path.open("rb") as file:
            for line, message, _, _ in extract("jinja2.ext:babel_extract", file, DEFAULT_KEYWORDS, options=options):
                found[message] = f"{path.name}:{line}"
    return found


def in_python(folder: Path = ROOT) -> dict[Message, str]:
    """The messages marked in Python, and those that `cards.text("…")` is given directly."""
    found: dict[Message, str] = {}
    for path in sorted(folder.rglob("*.py")):
        for line, message in marked(path.read_text(encoding="utf-8")):
            found[message] = f"{path.relative_to(folder)}:{line}"
    return found


def marked(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each message marked in Python source."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        message = node.args[0].value
        if isinstance(message, str) and (_is_mark(node.func) or _is_cards_text(node.func)):
            yield node.lineno, message


def forbidden(text: str) -> list[str]:
    """The words in `text` that no message of ours has (spec/07 §12, spec/10 §16.4)."""
    return [match[0] for pattern in FORBIDDEN.values() for match in pattern.finditer(text)]


def _is_mark(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in MARKS


def _is_cards_text(called: ast.expr) -> bool:
    if not (isinstance(called, ast.Attribute) and called.attr == "text"):
        return False
    owner = called.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return name.strip("_") == "cards"
