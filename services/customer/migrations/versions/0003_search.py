"""What customers are found by."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE customer_search (
        customer text PRIMARY KEY REFERENCES customers,
        name_key text NOT NULL,
        sound_key text NOT NULL,
        initials_key text NOT NULL,
        search text NOT NULL,
        terms text[] NOT NULL,
        sounds text[] NOT NULL,
        place text NOT NULL,
        phones text[] NOT NULL
    )
    """,
    # Some terms are in every name, most in hardly any: the planner has to know many of them.
    "ALTER TABLE customer_search ALTER terms SET STATISTICS 1000",
    "CREATE INDEX customer_search_by_name ON customer_search (name_key text_pattern_ops)",
    "CREATE INDEX customer_search_by_sound ON customer_search (sound_key text_pattern_ops)",
    "CREATE INDEX customer_search_by_initials ON customer_search (initials_key text_pattern_ops)",
    "CREATE INDEX customer_search_by_terms ON customer_search USING gin (terms)",
    "CREATE INDEX customer_search_by_sounds ON customer_search USING gin (sounds)",
    "CREATE INDEX customer_search_by_phones ON customer_search USING gin (phones)",
    # A function for its settings: a walk through the whole table looks cheap where many are expected to match, and takes
    # long where they then do not; and which index serves depends on what is asked, so that no plan is kept.
    """
    CREATE FUNCTION found_customers(
        terms text[], words text[], begins text, everything boolean, person text, organisations text[],
        state text, kind text, most integer
    ) RETURNS TABLE (number text, leads boolean)
    LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
    #variable_conflict use_column
    DECLARE
        highest CONSTANT text := $3 || U&'\\+10FFFF';
    BEGIN
        RETURN QUERY SELECT found.number, bool_or(found.leads) FROM (
            (SELECT c.number, true AS leads FROM customer_search AS e JOIN customers AS c ON c.number = e.customer
                WHERE $3 <> '' AND e.name_key ~>=~ $3 AND e.name_key ~<~ highest AND c.merged_into IS NULL
                AND ($4 OR (c.salesperson = $5 AND $5 <> '') OR c.organisation = ANY($6))
                AND ($7 IS NULL OR c.state = $7) AND ($8 IS NULL OR c.kind = $8) LIMIT $9 / 5)
            UNION ALL
            (SELECT c.number, true FROM customer_search AS e JOIN customers AS c ON c.number = e.customer
                WHERE $3 <> '' AND e.sound_key ~>=~ $3 AND e.sound_key ~<~ highest AND c.merged_into IS NULL
                AND ($4 OR (c.salesperson = $5 AND $5 <> '') OR c.organisation = ANY($6))
                AND ($7 IS NULL OR c.state = $7) AND ($8 IS NULL OR c.kind = $8) LIMIT $9 / 5)
            UNION ALL
            (SELECT c.number, true FROM customer_search AS e JOIN customers AS c ON c.number = e.customer
                WHERE $3 <> '' AND e.initials_key ~>=~ $3 AND e.initials_key ~<~ highest AND c.merged_into IS NULL
                AND ($4 OR (c.salesperson = $5 AND $5 <> '') OR c.organisation = ANY($6))
                AND ($7 IS NULL OR c.state = $7) AND ($8 IS NULL OR c.kind = $8) LIMIT $9 / 5)
            UNION ALL
            (SELECT c.number, false FROM customer_search AS e JOIN customers AS c ON c.number = e.customer
                WHERE e.terms @> $1 AND (SELECT bool_and(strpos(e.search, word) > 0) FROM unnest($2) AS word)
                AND c.merged_into IS NULL
                AND ($4 OR (c.salesperson = $5 AND $5 <> '') OR c.organisation = ANY($6))
                AND ($7 IS NULL OR c.state = $7) AND ($8 IS NULL OR c.kind = $8) LIMIT $9)
        ) AS found GROUP BY found.number;
    END $$
    """,
    # Customers that were there before are found from their next change on; nobody has any yet.
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
