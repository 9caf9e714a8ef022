"""How long a person's conversations are kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.add_column("persons", sa.Column("keep_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column("persons", "keep_days")
