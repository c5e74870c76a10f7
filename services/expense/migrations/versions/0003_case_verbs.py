"""What cases have done to claims."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE case_verbs (
            claim text REFERENCES claims,
            effect text,
            verb text NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (claim, effect)
        )
        """
    )
    # Verbs of before are known by the answers that are still kept: each begins with the name of its claim, `claims/…`.
    op.execute(
        """
        INSERT INTO case_verbs (claim, effect, verb, at)
        SELECT claims.number, request_id, replace(lower(split_part(method, '/', 3)), 'claim', ''), requests.created_at
        FROM requests
        JOIN claims ON 'claims/' || claims.number = convert_from(substring(answer FROM 3 FOR get_byte(answer, 1)), 'UTF8')
        WHERE method LIKE '/zhupi.expense.v1.ClaimCaseService/%'
        """
    )
