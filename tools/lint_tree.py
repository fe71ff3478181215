"""Holds the house to the rules that no general linter knows (docs/architecture.md): time, SDKs, length, first lines.

Run as `python -m tools.lint_tree [folder]`; exits 1 with one sentence per problem.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MODULES = ("app.py", "bot", "storage", "tests", "tools")
LONGEST = 500
"""Lines of a module; around 300 is a sign to look again, more than this is not accepted."""
MAY_BE_LONG = ("storage/migrations/versions/", "tests/")
"""A migration is written once and never edited; a test may tell a long story."""

CLOCK_READERS = {
    "bot/clock.py": "the one place that tells what time it is",
    "storage/real_time.py": "the database's clock, which on SQLite is the machine's",
    "tests/fakes/": "a pretend platform signs with the time that an SDK compares with the machine's",
    "tests/platforms/": "the same, for signatures that are too old or too new",
}
"""Where the machine's clock is meant, and why; a folder ends in a slash."""
CLOCK_READS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}
WAITS = {"asyncio.sleep", "time.sleep"}
REAL_TIME_WAITS = {
    "bot/delivery/pacing.py": "a platform's rate is kept in real seconds",
    "bot/intake/turns.py": "in a rush of real people, storing goes first for some milliseconds",
    "bot/platforms/edge.py": "a platform says in real seconds how long to hold an answer back",
    "bot/platforms/slack/files.py": "Slack works on a file in real time before it can be shown",
    "bot/platforms/slack/port.py": "Slack hands out a long list of people at so many pages a real minute",
    "bot/platforms/slack/socket.py": "Slack counts in real minutes how often a connection is opened",
    "bot/platforms/teams/pace.py": "Teams counts a conversation's messages in real seconds",
    "tests/bench/": "a figure is measured in real seconds",
    "tests/crash/": "real processes are killed in real time",
    "tests/delivery/test_replicas.py": "three real pumps share a real database",
    "tests/storage/test_migrating.py": "real processes wait for one that migrates",
    "tests/platforms/slack/test_fence.py": "a real connection that is slow to come",
    "tests/platforms/teams/test_fence.py": "the same, in a thread",
    "tests/platforms/test_frozen.py": "a process that is frozen for real",
    "storage/migration_locks.py": "a migration gives way to those who read, for real seconds",
    "storage/session.py": "two transactions that met on PostgreSQL must not meet again at once",
    "tests/fakes/": "a pretend platform that is slow is slow in real seconds",
}
"""Where a real wait is meant, and why. Everywhere else the clock is moved, never slept on."""

SDK_HOMES = {
    "slack_bolt": "bot/platforms/slack/",
    "slack_sdk": "bot/platforms/slack/",
    "botbuilder": "bot/platforms/teams/",
    "botframework": "bot/platforms/teams/",
}
"""Each platform's SDK has one folder; its tests and the pretend platforms that check its blocks may use it too."""
SDK_TESTS = ("tests/platforms/", "tests/fakes/")
ONLY_FOR_DEVELOPMENT = {
    "axe_playwright_python",
    "hypothesis",
    "jsonschema",
    "microsoft_teams",
    "playwright",
    "pytest",
    "slackblocks",
    "tests",
    "time_machine",
    "tools",
}
"""What must not be needed to run Okra."""


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its path from the root with slashes, its text, and the text read as Python."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")

    @property
    def ships(self) -> bool:
        return not self.path.startswith(("tests/", "tools/"))


@dataclass(frozen=True, slots=True)
class Imported:
    """One imported name in full, and what can be said with it afterwards.

    `import os.path` imports `os.path` and lets `os` stand for `os`; `from time import time as t` imports `time.time`
    and lets `t` stand for that.
    """

    name: str
    alias: str
    stands_for: str
    line: int


def problems(root: Path) -> list[str]:
    """What breaks a rule of the house under `root`, one sentence each; empty when all is well."""
    found: list[str] = []
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        try:
            module = Module(name, text, ast.parse(text))
        except SyntaxError as error:
            found.append(f"{name}:{error.lineno}: not Python that can be read.")
            continue
        found += [problem for rule in RULES for problem in rule(module)]
    return found


def _files(root: Path) -> Iterator[Path]:
    for name in MODULES:
        path = root / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def _says_what_it_is_for(module: Module) -> Iterator[str]:
    if not module.tree.body:
        return
    if not (ast.get_docstring(module.tree, clean=False) or "").split("\n")[0].strip():
        yield f"{module.path}:1: the first line does not say what the module is for."


def _is_short(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > LONGEST and not module.path.startswith(MAY_BE_LONG):
        yield f"{module.path}: {lines} lines; a module has {LONGEST} at most, split it by what its parts are for."


def _root_stays_empty(module: Module) -> Iterator[str]:
    if module.path == "bot/__init__.py" and module.text.strip():
        yield "bot/__init__.py:1: stays empty; importing one room must not pull in another."


def _nobody_imports_app(module: Module) -> Iterator[str]:
    for imported in _imports(module.tree):
        if imported.name.split(".")[0] == "app" and not module.is_test:
            yield f"{module.path}:{imported.line}: imports app; app puts the rooms together and nobody reaches back."


def _keeps_sdks_at_home(module: Module) -> Iterator[str]:
    for imported in _imports(module.tree):
        home = SDK_HOMES.get(imported.name.split(".")[0])
        if home is not None and not module.path.startswith((home, *SDK_TESTS)):
            yield f"{module.path}:{imported.line}: imports {imported.name}; only {home} may."


def _ships_without_development_tools(module: Module) -> Iterator[str]:
    for imported in _imports(module.tree):
        if module.ships and imported.name.split(".")[0] in ONLY_FOR_DEVELOPMENT:
            yield f"{module.path}:{imported.line}: imports {imported.name}, which is not there where Okra runs."


def _leaves_time_to_the_clock(module: Module) -> Iterator[str]:
    reads_for_real = module.path.startswith(tuple(CLOCK_READERS))
    waits_for_real = module.path.startswith(tuple(REAL_TIME_WAITS))
    yields = {id(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call) and _is_nought(node)}
    for name, node in _references(module.tree):
        where = f"{module.path}:{node.lineno}"
        if name in CLOCK_READS and not reads_for_real:
            yield f"{where}: {name} reads the system clock; take `now` as a parameter, or a Clock."
        if name in WAITS and not waits_for_real and id(node) not in yields:
            yield f"{where}: {name} waits in real time; move the clock, or name the place in tools/lint_tree.py."


RULES: tuple[Callable[[Module], Iterator[str]], ...] = (
    _says_what_it_is_for,
    _is_short,
    _root_stays_empty,
    _nobody_imports_app,
    _keeps_sdks_at_home,
    _ships_without_development_tools,
    _leaves_time_to_the_clock,
)


def _is_nought(call: ast.Call) -> bool:
    """`asyncio.sleep(0)` lets others run and waits for nothing."""
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def _imports(tree: ast.Module) -> Iterator[Imported]:
    """Every absolute import, wherever in the module it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                yield Imported(alias.name, alias.asname or first, alias.name if alias.asname else first, node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield Imported(name, alias.asname or alias.name, name, node.lineno)


def _references(tree: ast.Module) -> Iterator[tuple[str, ast.Name | ast.Attribute]]:
    """Every use of an imported name, in full: a call, but also a default value or a callback."""
    names = {imported.alias: imported.stands_for for imported in _imports(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and (name := _in_full(node, names)):
            yield name, node


def _in_full(node: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := _in_full(node.value, names)):
        return f"{owner}.{node.attr}"
    return None


def main(arguments: list[str]) -> int:
    """Check one folder (the present one unless given) and say what breaks a rule. Returns the exit code."""
    found = problems(Path(arguments[0] if arguments else "."))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
