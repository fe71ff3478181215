"""How many statements a session sends to the database."""

from collections.abc import Callable, Iterable

from sqlalchemy import event
from sqlmodel import Session


def statements(session: Session, work: Callable[[], object], known: Iterable[object] = ()) -> list[str]:
    """The statements that `work` sends; before it the session holds only the `known` rows that it is handed."""
    session.flush()
    session.expire_all()
    for row in known:
        session.refresh(row)
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
