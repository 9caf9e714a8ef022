"""Facts, check-ins, journal pages, and the day of the last contact."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.String(64)
_TIME = sa.DateTime(timezone=True)


def _create(table: str, when_thread_goes: str, *columns: sa.Column[object]) -> None:
    """A table whose rows are a person's and may come from a thread."""
    op.create_table(
        table,
        sa.Column("seq", _SEQ, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("thread_id", _ID, nullable=True),
        *columns,
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=f"pk_{table}"),
        sa.UniqueConstraint("id", name=f"uq_{table}_id"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=f"fk_{table}_person_id_persons", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["threads.id"],
            name=f"fk_{table}_thread_id_threads",
            ondelete=when_thread_goes,
        ),
    )
    for column in ("person_id", "thread_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    """Bring the schema forward."""
    op.add_column("persons", sa.Column("last_contact", sa.Date(), nullable=True))
    _create(
        "facts",
        "CASCADE",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
    )
    _create(
        "check_ins",
        "SET NULL",
        sa.Column("moment", sa.String(16), nullable=False),
        sa.Column("mood", sa.Integer(), nullable=True),
        sa.Column("word", sa.String(40), nullable=True),
    )
    _create(
        "pages",
        "SET NULL",
        sa.Column("exercise", sa.String(64), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revisit_on", sa.Date(), nullable=True),
        sa.Column("updated_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    """Take the schema back."""
    for table in ("pages", "check_ins", "facts"):
        op.drop_table(table)
    op.drop_column("persons", "last_contact")
