"""What Slack brings: who installed Okra where, what a platform said of a person, and which message was typed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PERSON_FLAGS = ("away_from_status", "from_directory")
TOLD_IN = (("check_in", "told_in_id"), ("clarification", "answered_in_id"))
"""Which message brought an answer: an edit takes back exactly what it brought."""


def upgrade() -> None:
    with op.batch_alter_table("installation") as batch:
        batch.add_column(sa.Column("enterprise_id", sa.String(128), nullable=True))
        batch.add_column(sa.Column("name", sa.String(200), nullable=True))
        batch.add_column(sa.Column("scopes", sa.String(), nullable=True))
    op.execute("UPDATE installation SET name = '', scopes = ''")
    with op.batch_alter_table("installation") as batch:
        batch.alter_column("name", existing_type=sa.String(200), nullable=False)
        batch.alter_column("scopes", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("address") as batch:
        batch.add_column(sa.Column("profile", sa.JSON(), nullable=True))
    op.execute("UPDATE address SET profile = '{}'")
    with op.batch_alter_table("address") as batch:
        batch.alter_column("profile", existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("person") as batch:
        for name in PERSON_FLAGS:
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=True))
    flags = sa.table("person", *(sa.column(name, sa.Boolean()) for name in PERSON_FLAGS))
    op.execute(flags.update().values(dict.fromkeys(PERSON_FLAGS, False)))
    with op.batch_alter_table("person") as batch:
        for name in PERSON_FLAGS:
            batch.alter_column(name, existing_type=sa.Boolean(), nullable=False)
    with op.batch_alter_table("inbox") as batch:
        batch.add_column(sa.Column("message_id", sa.String(160), nullable=True))
        batch.create_index("ix_inbox_message", ["installation_id", "message_id"])
    for table, column in TOLD_IN:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, BIG_ID, nullable=True))
            batch.create_index(f"ix_{table}_{column}", [column])


def downgrade() -> None:
    for table, column in TOLD_IN:
        with op.batch_alter_table(table) as batch:
            batch.drop_index(f"ix_{table}_{column}")
            batch.drop_column(column)
    with op.batch_alter_table("inbox") as batch:
        batch.drop_index("ix_inbox_message")
        batch.drop_column("message_id")
    with op.batch_alter_table("person") as batch:
        for name in reversed(PERSON_FLAGS):
            batch.drop_column(name)
    with op.batch_alter_table("address") as batch:
        batch.drop_column("profile")
    with op.batch_alter_table("installation") as batch:
        for name in ("scopes", "name", "enterprise_id"):
            batch.drop_column(name)
