"""Persons, threads, turns, disclosures, corrections."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.String(64)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "persons",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
    )
    op.create_table(
        "threads",
        sa.Column("seq", _SEQ, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("title", sa.String(200), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_threads"),
        sa.UniqueConstraint("id", name="uq_threads_id"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_threads_person_id_persons", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "turns",
        sa.Column("seq", _SEQ, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("thread_id", _ID, nullable=False),
        sa.Column("parent_id", _ID, nullable=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("route", sa.String(32), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_turns"),
        sa.UniqueConstraint("id", name="uq_turns_id"),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name="fk_turns_thread_id_threads", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["turns.id"], name="fk_turns_parent_id_turns"),
    )
    op.create_table(
        "disclosures",
        sa.Column("seq", _SEQ, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("thread_id", _ID, nullable=True),
        sa.Column("turn_id", _ID, nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("about", sa.String(32), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_disclosures"),
        sa.UniqueConstraint("id", name="uq_disclosures_id"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name="fk_disclosures_person_id_persons",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["threads.id"],
            name="fk_disclosures_thread_id_threads",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name="fk_disclosures_turn_id_turns", ondelete="SET NULL"
        ),
    )
    op.create_table(
        "corrections",
        sa.Column("seq", _SEQ, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("disclosure_id", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_corrections"),
        sa.UniqueConstraint("id", name="uq_corrections_id"),
        sa.UniqueConstraint("disclosure_id", name="uq_corrections_disclosure_id"),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["disclosures.id"],
            name="fk_corrections_disclosure_id_disclosures",
            ondelete="CASCADE",
        ),
    )
    for table, column in (
        ("threads", "person_id"),
        ("turns", "thread_id"),
        ("turns", "parent_id"),
        ("disclosures", "person_id"),
        ("disclosures", "thread_id"),
        ("disclosures", "turn_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Take the schema back."""
    for table in ("corrections", "disclosures", "turns", "threads", "persons"):
        op.drop_table(table)
