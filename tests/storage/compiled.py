"""A statement is compiled once for all databases of a run: every test has an engine of its own that knows none yet."""

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

MOST = 5_000
"""More statements than the whole house has, on both databases."""

_compiled: LRUCache[object, object] = LRUCache(MOST)


def share() -> None:
    """From now on all engines of one kind have one memory. They speak to the same server, or the same SQLite."""
    # The dialect is a part of each key. Every engine has one of its own, and all of a kind are alike here.
    DefaultDialect.__eq__ = _is_alike  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = _hash_of_kind  # type: ignore[method-assign, assignment]
    event.listen(Engine, "engine_connect", _remember_together)


def _is_alike(self: DefaultDialect, other: object) -> bool:
    return type(self) is type(other)


def _hash_of_kind(self: DefaultDialect) -> int:
    return hash(type(self))


def _remember_together(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)
