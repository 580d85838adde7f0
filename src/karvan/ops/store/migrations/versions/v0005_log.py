"""The sealed log: its order, its tree, its signed heads and witnesses; feeds and subscriptions."""

from pathlib import Path

from alembic import op

revision = "v0005"
down_revision = "v0004"


def upgrade() -> None:
    """Runs the SQL as it stands, in the migration's transaction."""
    bare = op.get_bind().connection.driver_connection
    assert bare is not None
    bare.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """There is no way back: the log is never thrown away."""
    raise NotImplementedError("the log of the service is never thrown away; restore a backup instead")
