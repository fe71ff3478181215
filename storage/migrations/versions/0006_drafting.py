"""How OKRs come to be in chat: approvals, remarks, dismissed advice, and what agreements between teams need."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TOKEN = sa.String(32)
TOKENED = ("objective", "alignment")
"""Rows that people can tap from now on. What an older version writes beside this one has no token, which is allowed."""


def _closed(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("workspace_id", BIG_ID, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f(f"fk_{name}_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_workspace_id"), name, ["workspace_id"])


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _table(
        "approval",
        sa.Column("token", TOKEN, nullable=False),
        sa.Column("objective_id", BIG_ID, nullable=False),
        sa.Column("approver_id", BIG_ID, nullable=False),
        sa.Column("asked_by_id", BIG_ID, nullable=True),
        sa.Column("state", _closed("approval_state", "asked", "approved", "sent_back", "lapsed"), nullable=False),
        sa.Column("note", sa.String(300), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        _to("approval", "objective_id", "objective"),
        _to("approval", "approver_id", "person"),
        _to("approval", "asked_by_id", "person"),
        sa.UniqueConstraint("token", name=op.f("uq_approval_token")),
    )
    op.create_index(op.f("ix_approval_objective_id"), "approval", ["objective_id"])
    op.create_index(op.f("ix_approval_approver_id"), "approval", ["approver_id"])
    _table(
        "remark",
        sa.Column("token", TOKEN, nullable=False),
        sa.Column("objective_id", BIG_ID, nullable=False),
        sa.Column("kr_id", BIG_ID, nullable=True),
        sa.Column("kind", _closed("remark_kind", "comment", "question"), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("settled_by_id", BIG_ID, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        _to("remark", "objective_id", "objective"),
        _to("remark", "kr_id", "key_result"),
        _to("remark", "by_id", "person"),
        _to("remark", "settled_by_id", "person"),
        sa.UniqueConstraint("token", name=op.f("uq_remark_token")),
    )
    for column in ("objective_id", "kr_id", "by_id"):
        op.create_index(op.f(f"ix_remark_{column}"), "remark", [column])
    _table(
        "dismissed_check",
        sa.Column("check", sa.String(4), nullable=False),
        sa.Column("entity", sa.String(24), nullable=False),
        sa.Column("entity_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        _to("dismissed_check", "by_id", "person"),
        sa.UniqueConstraint("entity", "entity_id", "check", name=op.f("uq_dismissed_check_entity_entity_id_check")),
    )
    with op.batch_alter_table("objective") as batch:
        batch.add_column(sa.Column("token", TOKEN, nullable=True))
        batch.add_column(sa.Column("drafted_by_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("published_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("sufficiency", sa.String(300), nullable=True))
        batch.create_foreign_key(op.f("fk_objective_drafted_by_id"), "person", ["drafted_by_id"], ["id"])
    with op.batch_alter_table("key_result") as batch:
        batch.add_column(sa.Column("drafted_by_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("replaces_id", BIG_ID, nullable=True))
        batch.create_foreign_key(op.f("fk_key_result_drafted_by_id"), "person", ["drafted_by_id"], ["id"])
        batch.create_foreign_key(op.f("fk_key_result_replaces_id"), "key_result", ["replaces_id"], ["id"])
    with op.batch_alter_table("alignment") as batch:
        batch.add_column(sa.Column("token", TOKEN, nullable=True))
        for name in ("rev", "from_agreed_rev", "to_agreed_rev"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch.add_column(sa.Column("asked_by_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("note", sa.String(200), nullable=True))
        batch.add_column(sa.Column("slips_to", sa.Date(), nullable=True))
        batch.create_foreign_key(op.f("fk_alignment_asked_by_id"), "person", ["asked_by_id"], ["id"])
    with op.batch_alter_table("workspace") as batch:
        batch.add_column(sa.Column("approval", _closed("approval_rule", "none", "notify", "required"), nullable=True))
    for name in TOKENED:
        _give_tokens(name)
        with op.batch_alter_table(name) as batch:
            batch.create_unique_constraint(batch.f(f"uq_{name}_token"), ["token"])


def _give_tokens(name: str) -> None:
    rows = sa.table(name, sa.column("id", BIG_ID), sa.column("token", TOKEN))
    connection = op.get_bind()
    ids = connection.scalars(sa.select(rows.c.id)).all()
    if ids:
        given = rows.update().where(rows.c.id == sa.bindparam("row")).values(token=sa.bindparam("given"))
        connection.execute(given, [{"row": one, "given": secrets.token_urlsafe(16)} for one in ids])


def downgrade() -> None:
    with op.batch_alter_table("workspace") as batch:
        batch.drop_constraint(batch.f("ck_workspace_approval_rule"), type_="check")
        batch.drop_column("approval")
    with op.batch_alter_table("alignment") as batch:
        batch.drop_constraint(batch.f("uq_alignment_token"), type_="unique")
        batch.drop_constraint(batch.f("fk_alignment_asked_by_id"), type_="foreignkey")
        for name in ("slips_to", "note", "asked_by_id", "to_agreed_rev", "from_agreed_rev", "rev", "token"):
            batch.drop_column(name)
    with op.batch_alter_table("key_result") as batch:
        for name in ("replaces_id", "drafted_by_id"):
            batch.drop_constraint(batch.f(f"fk_key_result_{name}"), type_="foreignkey")
            batch.drop_column(name)
    with op.batch_alter_table("objective") as batch:
        batch.drop_constraint(batch.f("uq_objective_token"), type_="unique")
        batch.drop_constraint(batch.f("fk_objective_drafted_by_id"), type_="foreignkey")
        for name in ("sufficiency", "published_at", "drafted_by_id", "token"):
            batch.drop_column(name)
    for name in ("dismissed_check", "remark", "approval"):
        op.drop_table(name)
