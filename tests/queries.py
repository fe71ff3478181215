"""Counts the SQL statements of a block of code, so that a test can say how many a board may take."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlmodel import Session

_BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass(slots=True)
class Statements:
    """What was asked of the database, in order; `len(...)` of it is the number of round trips."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def __str__(self) -> str:
        return "\n".join(self.texts)


@contextmanager
def statements_of(where: Session | Engine) -> Iterator[Statements]:
    """Gather every statement that a session, or anyone on an engine, runs in this block.

    The begin and end of transactions are left out, a statement with many rows of values counts once:

        with statements_of(session) as asked:
            board(session, team)
        assert len(asked) <= 6, asked
    """
    engine = where if isinstance(where, Engine) else where.get_bind().engine
    only = None if isinstance(where, Engine) else where
    gathered = Statements()

    def gather(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        mine = only is None or connection is only.connection()
        if mine and not statement.lstrip().upper().startswith(_BOOKKEEPING):
            gathered.texts.append(statement)

    event.listen(engine, "before_cursor_execute", gather)
    try:
        yield gathered
    finally:
        event.remove(engine, "before_cursor_execute", gather)
