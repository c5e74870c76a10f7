"""Every start of the soloist is a song."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE TABLE songs (number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")
