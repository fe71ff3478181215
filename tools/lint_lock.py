"""Holds each lock to its promise: every package pinned, hashed and from no particular place.

Run as `python -m tools.lint_lock [folder]`; exits 1 with one sentence per problem.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCK = "requirements.lock"
BROWSER_LOCK = "requirements-browser.lock"
LOCKS = {LOCK: ("", "dev"), BROWSER_LOCK: ("browser",)}
"""What `make lock` puts into each: extras by name, and what Okra needs to run under the empty one."""
PROJECT = "pyproject.toml"

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>[^#]+?))?")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_PLACE = re.compile(r"://|(?:^|[\s=@])(?:~|\.{0,2})/|[A-Za-z]:\\|\bfile:")
_NEEDED_FOR = re.compile(r"#\s*needed for:\s*\S")
_ITSELF = re.compile(r"#\s.*\(pyproject\.toml\)$")


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of the lock: its name in normal form, its one version, and whether the project itself asks for it."""

    name: str
    version: Version
    is_direct: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The lines of the lock that belong to one requirement, without their line continuations."""

    number: int
    head: str
    rest: tuple[str, ...]


def problems(root: Path) -> list[str]:
    """What is wrong with the lock and the dependency lines under `root`, one sentence each; empty when all is well."""
    project = (root / PROJECT).read_text(encoding="utf-8")
    locks = {name: (root / name).read_text(encoding="utf-8") for name in LOCKS}
    found = [problem for name, lock in locks.items() for problem in _places(name, lock)]
    read = {name: [_read(name, entry) for entry in _entries(lock)] for name, lock in locks.items()}
    found += [problem for entries in read.values() for problem, _ in entries if problem]
    found += _uncommented(project)
    pins = {name: [pin for _, pin in entries if pin] for name, entries in read.items()}
    for name, extras in LOCKS.items():
        found += _unmet(project, name, extras, pins[name])
    found += _at_odds(pins[LOCK], pins[BROWSER_LOCK])
    return found


def _places(name: str, lock: str) -> Iterator[str]:
    """A lock that names an index, a link or a folder works on one machine only."""
    for number, line in enumerate(lock.splitlines(), start=1):
        if _PLACE.search(line):
            yield f"{name}:{number}: names a place to fetch from ({line.strip()}); the lock must work with any index."


def _entries(lock: str) -> Iterator[Entry]:
    """Cut the lock at its unindented lines: each begins a requirement (or is something that has no business there)."""
    begun: Entry | None = None
    for number, line in enumerate(lock.splitlines(), start=1):
        text = line.rstrip("\\").rstrip()
        if not text or text.startswith("#"):
            continue
        if line[0].isspace() and begun is not None:
            begun = Entry(begun.number, begun.head, (*begun.rest, text.strip()))
            continue
        if begun is not None:
            yield begun
        begun = Entry(number, text.strip(), ())
    if begun is not None:
        yield begun


def _read(name: str, entry: Entry) -> tuple[str | None, Pin | None]:
    where = f"{name}:{entry.number}"
    if entry.head.startswith("-"):
        return f"{where}: an option of pip ({entry.head}); the lock holds pinned packages and nothing else.", None
    first, *hashes_beside = re.split(r"\s+(?=--hash=)", entry.head)
    match = _PIN.fullmatch(first)
    if match is None:
        return f"{where}: not pinned with == to one version ({entry.head}).", None
    try:
        version = Version(match["version"])
    except InvalidVersion:
        return f"{where}: {match['version']} is no version of one package.", None
    hashes = [*hashes_beside, *(line for line in entry.rest if not line.startswith("#"))]
    said = [line for line in entry.rest if line.startswith("#")]
    is_direct = any(_ITSELF.match(line) for line in said) if name == LOCK else not said
    pin = Pin(canonicalize_name(match["name"]), version, is_direct)
    if not hashes:
        return f"{where}: {match['name']} has no hash.", pin
    if odd := [line for line in hashes if not _HASH.fullmatch(line)]:
        return f"{where}: {match['name']} has a line that is no sha256 hash ({odd[0]}).", pin
    return None, pin


def _uncommented(project: str) -> Iterator[str]:
    """Every dependency says what it is needed for, on its own line."""
    lines = project.splitlines()
    for text in (text for group in _dependencies(project).values() for text in group):
        number, line = next(((n, ln) for n, ln in enumerate(lines, start=1) if _declares(ln, text)), (0, ""))
        if not _NEEDED_FOR.search(line):
            yield f"{PROJECT}:{number}: {text} does not say what it is '# needed for: ...' on its line."


def _declares(line: str, text: str) -> bool:
    return line.lstrip().startswith((f'"{text}"', f"'{text}'"))


def _unmet(project: str, lock: str, extras: Sequence[str], pins: list[Pin]) -> Iterator[str]:
    """A lock and `pyproject.toml` tell the same story, in both directions."""
    groups = _dependencies(project)
    asked: set[str] = set()
    for text in (text for extra in extras for text in groups.get(extra, [])):
        try:
            wanted = Requirement(text)
        except InvalidRequirement:
            yield f"{PROJECT}: {text} is no requirement that an installer could read."
            continue
        name = canonicalize_name(wanted.name)
        asked.add(name)
        if wanted.url is not None:
            yield f"{PROJECT}: {wanted.name} is bound to an address; ask for versions instead."
        versions = [pin.version for pin in pins if pin.name == name]
        if not versions:
            yield f"{lock}: {wanted.name} is missing; run 'make lock'."
        for version in versions:
            if not wanted.specifier.contains(version, prereleases=True):
                yield f"{lock}: {wanted.name} is at {version}, {PROJECT} asks for {wanted.specifier}; run 'make lock'."
    for pin in pins:
        if pin.is_direct and pin.name not in asked:
            yield f"{lock}: {pin.name} is still there, {PROJECT} no longer asks for it; run 'make lock'."


def _at_odds(pins: list[Pin], more: list[Pin]) -> Iterator[str]:
    """Both are installed into one place, so what is in both is in both at one version."""
    for pin in more:
        versions = {one.version for one in pins if one.name == pin.name}
        if versions and pin.version not in versions:
            yield f"{BROWSER_LOCK}: {pin.name} is at {pin.version} and at another in {LOCK}; run 'make lock'."


def _dependencies(project: str) -> dict[str, list[str]]:
    """Requirement lines by extra; what Okra needs to run stands under the empty name."""
    table = tomllib.loads(project)["project"]
    return {"": table.get("dependencies", []), **table.get("optional-dependencies", {})}


def main(arguments: list[str]) -> int:
    """Check one folder (the present one unless given) and say what is wrong. Returns the exit code."""
    found = problems(Path(arguments[0] if arguments else "."))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
