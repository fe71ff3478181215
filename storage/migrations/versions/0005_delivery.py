"""What delivery shares between processes: leases, rests, doubts, looks for second copies, and the pace."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW = ("lease_until", "not_before", "doubtful_since", "sweep_at")


def upgrade() -> None:
    for name in NEW:
        op.add_column("delivery", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_delivery_sweep_at",
        "delivery",
        ["sweep_at"],
        sqlite_where=sa.text("sweep_at IS NOT NULL"),
        postgresql_where=sa.text("sweep_at IS NOT NULL"),
    )
    op.create_table(
        "pace",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace")),
        sa.UniqueConstraint("scope", name=op.f("uq_pace_scope")),
    )


def downgrade() -> None:
    op.drop_table("pace")
    op.drop_index("ix_delivery_sweep_at", "delivery")
    with op.batch_alter_table("delivery") as batch:
        for name in reversed(NEW):
            batch.drop_column(name)
