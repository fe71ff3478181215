"""Two rows of one human become one: whoever the directory made goes over into the person whom a file names."""

from functools import cache

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from storage import models as m


def merge(session: Session, double: m.Person, into: m.Person) -> None:
    """Everything that `double` has or did is `into`'s from now on; what both have, `into` keeps. `double` is gone."""
    for name in ("e_mail", "timezone", "welcomed_at"):
        if getattr(into, name) is None:
            setattr(into, name, getattr(double, name))
    session.add(into)
    session.flush()
    for table, column, others in _references():
        mine = table.c[column] == double.id
        if others:
            both = table.alias()
            kept = mine & sa.exists().where(both.c[column] == into.id, *(both.c[one] == table.c[one] for one in others))
            if table.name == m.Prompt.__tablename__:  # answers hang on it: it stays, under a name of its own
                aside = sa.literal("~").concat(sa.cast(table.c.id, sa.String))
                session.execute(sa.update(table).where(kept).values(period=aside))
            else:
                session.execute(sa.delete(table).where(kept))
        session.execute(sa.update(table).where(mine).values({column: into.id}))
    session.expire_all()
    session.delete(double)
    session.flush()


@cache
def _references() -> tuple[tuple[sa.Table, str, tuple[str, ...]], ...]:
    """Where people are named by their key, with what else makes such a row unique."""
    found = []
    for table in SQLModel.metadata.sorted_tables:
        unique = [
            [column.name for column in one.columns] for one in table.constraints if isinstance(one, sa.UniqueConstraint)
        ]
        for column in table.columns:
            if any(key.target_fullname == "person.id" for key in column.foreign_keys):
                others = next((names for names in unique if column.name in names), [])
                found.append((table, column.name, tuple(one for one in others if one != column.name)))
    return tuple(found)
