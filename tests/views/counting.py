"""How many statements a session sends to the database."""

from collections.abc import Callable

from sqlalchemy import event
from sqlmodel import Session


def statements(session: Session, work: Callable[[], object]) -> list[str]:
    """The statements that `work` sends, with nothing of what it reads in the session before."""
    session.flush()
    session.expire_all()
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return sent
