"""What Teams takes in an app package, as sentences about what it would not take (manifest schema 1.22)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.platforms.teams.pixels import NotAPicture, read_png

LONGEST = {
    "developer.name": 32,
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
}
"""Characters, by where they stand in the manifest; the same in every language."""
MOST_LISTS = 3
MOST_COMMANDS = 10
LONGEST_TITLE = 32
LONGEST_DESCRIPTION = 128
ICONS = {"color": (192, 192), "outline": (32, 32)}
"""Width and height."""
_COMMAND = re.compile(r"bots\[0\]\.commandLists\[(\d)\]\.commands\[(\d)\]\.(title|description)")


class PackageProblem(Exception):
    """A package that Teams would not take; the text is one sentence."""


def check_manifest(manifest: Mapping[str, Any]) -> None:
    """Raise `PackageProblem` for what is missing, too long or too many."""
    for path, most in LONGEST.items():
        text = _at(manifest, path)
        if not isinstance(text, str) or not text.strip():
            raise PackageProblem(f"{path} is empty in manifest.json.")
        _fits(path, text, most)
    bots = manifest.get("bots")
    if not isinstance(bots, list) or len(bots) != 1:
        raise PackageProblem("manifest.json names no bot, or several; Teams takes one.")
    lists = bots[0].get("commandLists", [])
    if len(lists) > MOST_LISTS:
        raise PackageProblem(f"There are {len(lists)} lists of commands; Teams takes {MOST_LISTS}.")
    for one in lists:
        if len(one["commands"]) > MOST_COMMANDS:
            raise PackageProblem(f"A list has {len(one['commands'])} commands; Teams takes {MOST_COMMANDS}.")
    for path, text in _commands(manifest):
        _fits(path, text, LONGEST_TITLE if path.endswith(".title") else LONGEST_DESCRIPTION)
    icons = manifest.get("icons")
    if not isinstance(icons, dict) or set(icons) != set(ICONS):
        raise PackageProblem(f"manifest.json names no icons, or others than {' and '.join(ICONS)}.")


def check_icon(kind: str, name: str, data: bytes) -> None:
    """Raise `PackageProblem` unless an icon has its size, and the outline is white on nothing."""
    wanted = ICONS[kind]
    try:
        picture = read_png(data)
        if (picture.width, picture.height) != wanted:
            raise PackageProblem(
                f"deploy/teams/{name} is {picture.width}x{picture.height}; Teams wants {wanted[0]}x{wanted[1]}."
            )
        if kind == "outline" and not picture.is_white_on_nothing():
            raise PackageProblem(f"deploy/teams/{name} must be white on a transparent ground, and nothing else.")
    except NotAPicture as problem:
        raise PackageProblem(f"deploy/teams/{name} cannot be used: {problem}.") from problem


def check_words(manifest: Mapping[str, Any], file: str, words: Mapping[str, Any]) -> None:
    """Raise `PackageProblem` unless another language says all that the manifest says, and nothing too long."""
    known = {path for path in LONGEST if path != "developer.name"} | {path for path, _ in _commands(manifest)}
    there = {path for path in words if path != "$schema"}
    for problem, paths in (("says nothing of", known - there), ("speaks of what is not there:", there - known)):
        if paths:
            raise PackageProblem(f"deploy/teams/{file} {problem} {min(paths)}.")
    for path in sorted(there):
        text = words[path]
        if not isinstance(text, str) or not text.strip():
            raise PackageProblem(f"{path} is empty in deploy/teams/{file}.")
        command = _COMMAND.fullmatch(path)
        most = LONGEST.get(path, LONGEST_TITLE if command and command[3] == "title" else LONGEST_DESCRIPTION)
        _fits(f"{path} in {file}", text, most)


def _fits(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise PackageProblem(f"{what} has {len(text)} characters; Teams takes {most}.")


def _at(manifest: Mapping[str, Any], path: str) -> Any:
    value: Any = manifest
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _commands(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every title and description of a command, with its path as language files write it."""
    for first, one in enumerate(manifest["bots"][0].get("commandLists", [])):
        for second, command in enumerate(one["commands"]):
            for part in ("title", "description"):
                yield f"bots[0].commandLists[{first}].commands[{second}].{part}", str(command.get(part, ""))
