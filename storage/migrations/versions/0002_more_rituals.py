"""More rituals: next steps, wins, care for those who fall silent, company digest, standing board."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD_RITUALS = ("weekly_checkin", "digest", "stale")
NEW_RITUALS = ("next_steps", "wins", "care", "company_digest", "standing_board")
OLD_ITEM_STATES = ("open", "answered", "skipped", "answered_by_other", "suppressed", "not_mine")
NEW_ITEM_STATES = ("handed_over",)
WITH_RITUAL = ("agenda", "ritual_run", "prompt")


def upgrade() -> None:
    for table in WITH_RITUAL:
        _allow(table, "kind", "ritual_kind", (*OLD_RITUALS, *NEW_RITUALS))
    _allow("prompt_item", "state", "item_state", (*OLD_ITEM_STATES, *NEW_ITEM_STATES))
    with op.batch_alter_table("prompt") as batch:
        batch.add_column(sa.Column("health", sa.JSON(), nullable=True))
    op.execute("UPDATE prompt SET health = '[]'")
    with op.batch_alter_table("prompt") as batch:
        batch.alter_column("health", existing_type=sa.JSON(), nullable=False)
    for kind in NEW_RITUALS:  # every team that is known looks after the new ones as well
        every_team = sa.text(
            "INSERT INTO agenda (workspace_id, team_id, kind, next_due_at, created_at, updated_at) "
            "SELECT workspace_id, team_id, :kind, updated_at, created_at, updated_at FROM agenda WHERE kind = 'digest'"
        )
        op.execute(every_team.bindparams(kind=kind))


def downgrade() -> None:
    with op.batch_alter_table("prompt") as batch:
        batch.drop_column("health")
    op.execute("UPDATE prompt_item SET state = 'not_mine' WHERE state = 'handed_over'")
    for table in ("ritual_run", "agenda"):
        names = ", ".join(f"'{kind}'" for kind in NEW_RITUALS)
        op.execute(f"DELETE FROM {table} WHERE kind IN ({names})")  # noqa: S608 - our own words
    _allow("prompt_item", "state", "item_state", OLD_ITEM_STATES)
    for table in WITH_RITUAL:
        _allow(table, "kind", "ritual_kind", OLD_RITUALS)


def _allow(table: str, column: str, name: str, values: Iterable[str]) -> None:
    """Replace what the CHECK constraint of a closed set lets in."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        allowed = ", ".join(f"'{value}'" for value in values)
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(f"{column} IN ({allowed})"))
