"""docs/okr-file.md tells every key and no other, and its examples can be read."""

import ast
import re
from pathlib import Path

import pytest

from tests.storage.okr_files.files import EXAMPLES, HEAD, example, problems

ROOT = EXAMPLES.parent
DOCS = (ROOT / "docs" / "okr-file.md").read_text(encoding="utf-8")
READERS = [
    *sorted((ROOT / "storage" / "okr_files").glob("reading*.py")),
    ROOT / "storage" / "okr_files" / "measures.py",
]

TAKES = {"maybe", "get", "need", "list_of", "each", "inner", "pairs", "refers"}
HELPERS = {
    "person_ref",
    "people_ref",
    "team_ref",
    "find_kr",
    "find_objective",
    "_weekdays",
    "_addresses",
    "_changed_value",
}


def keys_of(path: Path) -> set[str]:
    """The keys that a reader asks for: `fields.maybe("due", ...)`, `person_ref(fields, "owner", ...)`."""
    found: set[object] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in TAKES:
            found.update(arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))
        if isinstance(node.func, ast.Name) and node.func.id in HELPERS:
            found.update(arg.value for arg in node.args[1:2] if isinstance(arg, ast.Constant))
    return {key for key in found if isinstance(key, str)}


KEYS = set().union(*(keys_of(path) for path in READERS)) | {"stretch"}  # one of two that a loop asks for


def test_the_readers_ask_for_keys_that_this_test_can_see() -> None:
    assert {"handle", "owner", "co_owners", "team", "parent", "channel", "steps", "key_results", "to"} <= KEYS
    assert len(KEYS) > 90


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_stands_in_the_documentation(key: str) -> None:
    assert f"`{key}`" in DOCS or f"`{key}:" in DOCS


def test_the_documentation_has_no_key_that_is_not_read() -> None:
    documented = {
        key
        for row in re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", DOCS, re.MULTILINE)
        for key in re.findall(r"\w+", row)
    }

    assert len(documented) > 80
    assert documented <= KEYS


def test_the_documentation_walks_through_the_smallest_example_as_it_is() -> None:
    body = example("small.yaml").split("\n", 1)[1].strip("\n")

    assert f"```yaml\n{body}\n```" in DOCS


FRAGMENTS = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)


@pytest.mark.parametrize("number", range(len(FRAGMENTS)))
def test_every_example_in_the_documentation_can_be_read(number: int) -> None:
    text = FRAGMENTS[number]
    if text.startswith(" "):
        text = (
            HEAD
            + "objectives:\n  - team: GRO\n    title: A\n    key_results:\n"
            + ("      - title: B\n        from: 0\n        to: 60k\n        owner: mei\n" + text)
        )
    elif text.startswith("next_steps"):
        text = HEAD + "objectives:\n  - {team: GRO, title: A, key_results: [{title: B}]}\n" + text
    elif text.startswith("objectives"):
        text = HEAD + text
    elif text.startswith("people"):
        text = "workspace: {name: T}\n" + text + "  - {handle: mei}\n"

    assert problems(text) == []


def test_the_problems_in_the_documentation_are_what_such_a_file_is_told() -> None:
    broken = (
        example("small.yaml").replace("10:00", "10am").replace("owner: mei", "owner: jac").replace("from: 9", "from: 4")
    )

    told = "\n".join(str(one) for one in problems(broken))
    assert f"```\n{told}\n```" in DOCS
