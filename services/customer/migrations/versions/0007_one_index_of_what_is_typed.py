"""One index finds whatever is typed, and only among what somebody may see: beginnings, fragments and codes."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    "DROP FUNCTION found_customers(text[], text[], text, boolean, text, text[], text, text, integer)",
    "DROP INDEX customer_search_by_name",
    "DROP INDEX customer_search_by_sound",
    "DROP INDEX customer_search_by_initials",
    "DROP INDEX customer_search_by_terms",
    """
    ALTER TABLE customer_search
        DROP name_key, DROP sound_key, DROP initials_key,
        ADD seen_by text[] NOT NULL DEFAULT '{}', ADD state text NOT NULL DEFAULT '', ADD kind text NOT NULL DEFAULT '',
        ADD merged boolean NOT NULL DEFAULT false
    """,
    # What is kept of a customer from its next change on (`search_terms`), for those that are there already.
    """
    UPDATE customer_search AS entry SET
        seen_by = CASE WHEN salesperson = '' THEN ARRAY[]::text[] ELSE ARRAY['people/' || salesperson] END
            || ARRAY['organisations/' || organisation],
        state = customer.state, kind = customer.kind, merged = merged_into IS NOT NULL,
        terms = ARRAY(
            SELECT unnest(terms) UNION
            SELECT '^' || left(run[1], length) FROM string_to_table(search, E'\\n') AS line,
                regexp_matches(line, '^([0-9a-z]+|[^0-9a-z\\s]+)') AS run,
                generate_series(1, least(length(run[1]), CASE WHEN run[1] ~ '^[0-9a-z]' THEN 3 ELSE 2 END)) AS length
            UNION
            SELECT substr(run[1], start, 6) FROM regexp_matches(search, '[0-9a-z]+', 'g') AS run,
                generate_series(1, length(run[1]) - 5) AS start WHERE run[1] ~ '[0-9]'
        )
    FROM customers AS customer WHERE customer.number = entry.customer
    """,
    "ALTER TABLE customer_search ALTER seen_by DROP DEFAULT, ALTER state DROP DEFAULT, ALTER kind DROP DEFAULT",
    "ALTER TABLE customer_search ALTER merged DROP DEFAULT",
    # There is one way to look something up: nothing has to be known of terms to choose it, and knowing them is read anew
    # each time that a search is planned.
    "ALTER TABLE customer_search ALTER terms SET STATISTICS 10",
    # What was written lately is looked through from end to end until it is taken into the index: so it stays short.
    """
    CREATE INDEX customer_search_by_terms ON customer_search USING gin (terms, seen_by)
    WITH (gin_pending_list_limit = 256)
    """,
    # Functions for their settings: whatever the planner thinks of a walk along another index or the table itself, it takes
    # long where few match; to start workers takes longer than the search; and what is asked of whom differs, so that no
    # plan is kept.
    """
    CREATE INDEX customer_search_formal_first ON customer_search ((state <> 'formal'), customer) WHERE NOT merged
    """,
    """
    CREATE FUNCTION first_customers(most integer) RETURNS TABLE (customer text, search text, state text, kind text)
    LANGUAGE sql STABLE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
    SET max_parallel_workers_per_gather = 0 AS $$
        SELECT customer, search, state, kind FROM customer_search WHERE NOT merged
        ORDER BY (state <> 'formal'), customer LIMIT $1
    $$
    """,
    # Of what very many have, some are among any few hundred of them: for whoever sees all of them these are looked through,
    # and the index is asked only for what few have. Of what contains a word nothing would be shown where enough begins with it.
    """
    CREATE FUNCTION found_customers(
        begun text[], terms text[], words text[], seen_by text[], state text, kind text, most integer, wanted integer
    ) RETURNS TABLE (number text, leads boolean, formal boolean, length integer)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 SET jit = off
    SET plan_cache_mode = force_custom_plan AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        WITH first AS MATERIALIZED (
            SELECT customer, $1 <> '{}' AND strpos(E'\\n' || search, E'\\n' || $3[1]) > 0 AS leads, state, search
            FROM first_customers($7)
            WHERE $4 IS NULL AND (SELECT bool_and(strpos(search, word) > 0) FROM unnest($3) AS word)
            AND ($5 IS NULL OR state = $5) AND ($6 IS NULL OR kind = $6)
        ), beginning AS MATERIALIZED (
            SELECT customer, true AS leads, state, search FROM customer_search
            WHERE $1 <> '{}' AND (SELECT count(*) FROM first WHERE leads) < $8
            AND terms @> $1 AND strpos(E'\\n' || search, E'\\n' || $3[1]) > 0
            AND ($4 IS NULL OR seen_by && $4) AND NOT merged
            AND ($5 IS NULL OR state = $5) AND ($6 IS NULL OR kind = $6) LIMIT $7
        ), containing AS MATERIALIZED (
            SELECT customer, false AS leads, state, search FROM customer_search
            WHERE (SELECT count(*) FROM first) < $8 AND (SELECT count(*) FROM beginning) < $8
            AND terms @> $2 AND (SELECT bool_and(strpos(search, word) > 0) FROM unnest($3) AS word)
            AND ($4 IS NULL OR seen_by && $4) AND NOT merged
            AND ($5 IS NULL OR state = $5) AND ($6 IS NULL OR kind = $6) LIMIT $7
        )
        SELECT customer, bool_or(leads), state = 'formal', strpos(search || E'\\n', E'\\n') FROM (
            SELECT * FROM first UNION ALL SELECT * FROM beginning UNION ALL SELECT * FROM containing
        ) AS found GROUP BY customer, state, search;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
