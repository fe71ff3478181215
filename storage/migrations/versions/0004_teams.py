"""What Teams brings: the chats and channels that Okra was let into."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = sa.Enum("personal", "channel", "group", name="chat_kind", native_enum=False, create_constraint=True, length=24)

OBJECT_IDS_IN_LOWER_CASE = """
    UPDATE address SET external_id = lower(external_id)
    WHERE installation_id IN (SELECT id FROM installation WHERE platform = 'teams')
      AND external_id LIKE '________-____-____-____-____________' AND external_id <> lower(external_id)
      AND NOT EXISTS (
        SELECT 1 FROM address AS other
        WHERE other.installation_id = address.installation_id AND other.id <> address.id
          AND lower(other.external_id) = lower(address.external_id))
"""
"""Files gave Entra's object ids as somebody typed them; from now on they are compared in one spelling."""


def upgrade() -> None:
    op.create_table(
        "chat",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", BIG_ID, nullable=False),
        sa.Column("installation_id", BIG_ID, nullable=False),
        sa.Column("external_id", sa.String(255), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("person", sa.String(128), nullable=True),
        sa.Column("parent", sa.String(255), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("parent_name", sa.String(200), nullable=False),
        sa.Column("ref", sa.JSON(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["installation_id"], ["installation.id"], name=op.f("fk_chat_installation_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_chat_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat")),
        sa.UniqueConstraint("installation_id", "external_id", name=op.f("uq_chat_installation_id_external_id")),
    )
    op.execute(OBJECT_IDS_IN_LOWER_CASE)
    with op.batch_alter_table("chat") as batch:
        batch.create_index("ix_chat_person", ["installation_id", "person"])
        batch.create_index("ix_chat_updated_at", ["installation_id", "updated_at"])
        batch.create_index(batch.f("ix_chat_workspace_id"), ["workspace_id"])


def downgrade() -> None:
    op.drop_table("chat")
