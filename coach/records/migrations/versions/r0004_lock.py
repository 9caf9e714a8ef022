"""The lock: whether a person's page is locked, and what opens it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema forward."""
    for column in (
        sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("passphrase", sa.String(200), nullable=True),
        sa.Column("lock_when_away", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("seen_at", _TIME, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tried_at", _TIME, nullable=True),
    ):
        op.add_column("persons", column)


def downgrade() -> None:
    """Take the schema back."""
    for name in ("tried_at", "tries", "seen_at", "lock_when_away", "passphrase", "locked"):
        op.drop_column("persons", name)
