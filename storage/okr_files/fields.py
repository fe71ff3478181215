"""Takes the keys of one mapping of an OKR file, and reports what is missing, unknown or unreadable."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from storage.okr_files.scalars import Unreadable, did_you_mean
from storage.okr_files.tree import Mapping, Node, Report, Scalar, Sequence

T = TypeVar("T")


class Fields:
    """One mapping. Every key that is asked for is known; `done` reports those nobody asked for.

    A key with nothing behind it counts as left out; `null` says that there is none, which only optional keys may.
    """

    def __init__(self, node: Node | None, path: str, report: Report, what: str, line: int = 1) -> None:
        self.path = path
        self.report = report
        self.line = line if node is None else node.line
        self._pairs: dict[str, tuple[int, Node]] = {}
        self._known: list[str] = []
        self._given: set[str] = set()
        self._is_mapping = isinstance(node, Mapping)
        if isinstance(node, Mapping):
            self._pairs = {pair.key.text: (pair.key.line, pair.value) for pair in node.pairs}
        elif node is not None and not (isinstance(node, Scalar) and node.is_blank):
            report.add(node.line, path, f"{what} is written as keys and values, such as 'name: ...'.")

    @property
    def given(self) -> frozenset[str]:
        """The keys that the file says, among those asked for."""
        return frozenset(self._given)

    @property
    def is_readable(self) -> bool:
        """False where the file has something else than keys and values here."""
        return self._is_mapping

    def line_of(self, key: str) -> int:
        """The line of a key; the mapping's own where it is left out."""
        return self._pairs[key][0] if key in self._pairs else self.line

    def problem(self, key: str, sentence: str) -> None:
        """Report what is wrong with a key."""
        self.report.add(self.line_of(key), self.at(key), sentence)

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """True where the key stands here with something behind it."""
        self._note(key)
        return self.node(key) is not None

    def maybe(self, key: str, read: Callable[[str], T]) -> T | None:
        """The value of an optional key; None where it is left out, `null`, or cannot be read (which is reported)."""
        return self._read(key, read, may_be_null=True)

    def get(self, key: str, read: Callable[[str], T], default: T) -> T:
        """The value of a key that has a default."""
        found = self._read(key, read, may_be_null=False)
        return default if found is None else found

    def need(self, key: str, read: Callable[[str], T], sentence: str) -> T | None:
        """The value of a key that must be there; `sentence` says what is missing."""
        self._note(key)
        if self.node(key) is None:
            if self._is_mapping:
                self.report.add(self.line, self.at(key), sentence)
            return None
        return self._read(key, read, may_be_null=False)

    def list_of(self, key: str, read: Callable[[str], T]) -> tuple[tuple[T, int], ...]:
        """The values of a list with the line of each; a single value counts as a list of one."""
        node = self._take(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return ()
        items = node.items if isinstance(node, Sequence) else (node,)
        found = []
        for number, item in enumerate(items, 1):
            path = f"{self.at(key)}[{number}]"
            if not isinstance(item, Scalar):
                self.report.add(item.line, path, "A list of single values is needed here.")
                continue
            try:
                found.append((read(item.text), item.line))
            except Unreadable as error:
                self.report.add(item.line, path, str(error))
        return tuple(found)

    def each(self, key: str, what: str) -> Iterator["Fields"]:
        """The mappings of a list, in order."""
        node = self._take(key)
        if node is None:
            return
        if not isinstance(node, Sequence):
            if not (isinstance(node, Scalar) and node.is_null):
                self.report.add(node.line, self.at(key), "A list is needed here: begin each entry with '- '.")
            return
        for number, item in enumerate(node.items, 1):
            entry = Fields(item, f"{self.at(key)}[{number}]", self.report, what)
            if entry.is_readable:
                yield entry

    def inner(self, key: str, what: str) -> "Fields":
        """The mapping behind a key; without any keys where it is left out."""
        node = self._take(key)
        if isinstance(node, Scalar) and node.is_null:
            node = None
        return Fields(node, self.at(key), self.report, what, self.line_of(key))

    def pairs(self, key: str) -> tuple[tuple[Scalar, Scalar], ...]:
        """The keys and single values behind a key whose names are free: platforms, anchors, switches."""
        node = self._take(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return ()
        if not isinstance(node, Mapping):
            self.report.add(node.line, self.at(key), "This is written as 'key: value'.")
            return ()
        found = []
        for pair in node.pairs:
            if isinstance(pair.value, Scalar):
                found.append((pair.key, pair.value))
            else:
                self.report.add(pair.value.line, f"{self.at(key)}.{pair.key.text}", "A single value is needed here.")
        return tuple(found)

    def node(self, key: str) -> Node | None:
        """What stands behind a key; None for nothing."""
        found = self._pairs.get(key)
        if found is None or (isinstance(found[1], Scalar) and found[1].is_blank):
            return None
        return found[1]

    def refers(self, key: str, read: Callable[[str], T], known: Collection[T], what: str) -> T | None:
        """A name that must stand elsewhere in the file."""
        found = self.maybe(key, read)
        if found is not None and found not in known:
            self.problem(key, unknown(what, str(found), [str(one) for one in known]))
            return None
        return found

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for key, (line, _value) in self._pairs.items():
            if key not in self._known:
                hint = did_you_mean(key, self._known)
                self.report.add(line, self.at(key), f"'{key[:40]}' is not a key that belongs here{hint}")

    def _note(self, key: str) -> None:
        if key not in self._known:
            self._known.append(key)

    def _take(self, key: str) -> Node | None:
        self._note(key)
        found = self.node(key)
        if found is not None:
            self._given.add(key)
        return found

    def _read(self, key: str, read: Callable[[str], T], *, may_be_null: bool) -> T | None:
        node = self._take(key)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.problem(key, "A single value is needed here, not a list.")
            return None
        if node.is_null:
            if not may_be_null:
                self.problem(key, f"'{key}' cannot be null.")
            return None
        try:
            return read(node.text)
        except Unreadable as error:
            self.report.add(node.line, self.at(key), str(error))
            return None


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """The sentence for a name that the file does not contain."""
    return f"There is no {what} '{name}' in this file{did_you_mean(name, known)}"
