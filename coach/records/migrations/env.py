"""Runs migrations on the connection the records hand over.

To write a new revision, change tables.py, bring an empty scratch database to head and
let Alembic compare: `alembic -x url=sqlite:///scratch.db upgrade head`, then
`alembic -x url=sqlite:///scratch.db revision --autogenerate -m "what changed"`.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine

from coach.records.tables import Base, UtcDateTime


def _render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    # A revision describes the database as it was, so it must not import our types.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=_render,
        render_as_batch=True,  # SQLite alters a table by making it anew
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = create_engine(context.get_x_argument(as_dictionary=True)["url"])
    with engine.begin() as own:
        _run(own)
    engine.dispose()
