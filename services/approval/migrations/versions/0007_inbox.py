"""One table for everybody's lists, with all that they are narrowed, sorted and searched by; notices."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from alembic import op
from pypinyin import lazy_pinyin
from sqlalchemy import text

revision = "0007"
down_revision = "0006"

AT_ONCE = 1000
NARROWED_BY = "process, requester, organisation, amount_minor, currency, due_at, until, case_id, search"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN search text NOT NULL DEFAULT ''")
    _read_titles()
    op.execute("ALTER TABLE cases ALTER COLUMN search DROP DEFAULT")
    _lists()
    _notices()


def _lists() -> None:
    op.execute(
        """
        CREATE TABLE inbox_entries (
            id uuid,
            person text,
            box text NOT NULL,
            since timestamptz NOT NULL,
            case_id text NOT NULL REFERENCES cases,
            process text NOT NULL,
            requester text NOT NULL,
            organisation text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            search text NOT NULL,
            due_at timestamptz DEFAULT '9999-01-01 00:00:00+00' NOT NULL,
            until timestamptz DEFAULT '1970-01-01 00:00:00+00' NOT NULL,
            read_at timestamptz,
            PRIMARY KEY (id, person)
        )
        """
    )
    op.execute(
        """
        INSERT INTO inbox_entries (id, person, box, since, case_id, process, requester, organisation, amount_minor,
            currency, search)
        SELECT listed.item_id, listed.person, listed.box, listed.since, cases.id, cases.process, cases.requester,
            cases.organisation, coalesce(cases.amount_minor, 0), cases.currency, cases.search
        FROM item_candidates AS listed JOIN work_items AS item ON item.id = listed.item_id
            JOIN cases ON cases.id = item.case_id
        UNION ALL
        SELECT uuidv7(), requester, 'requested', created_at, id, process, requester, organisation,
            coalesce(amount_minor, 0), currency, search
        FROM cases
        """
    )
    op.execute("DROP TABLE item_candidates")
    op.execute(
        f"CREATE INDEX lists_by_time ON inbox_entries (person, box, since, id) INCLUDE ({NARROWED_BY}, read_at) "
        "WHERE box <> ''"
    )
    op.execute(
        "CREATE INDEX lists_by_amount ON inbox_entries (person, box, currency, amount_minor, id) WHERE box <> ''"
    )
    op.execute("CREATE INDEX lists_by_due_time ON inbox_entries (person, due_at, id) WHERE box = 'to_do'")
    op.execute(
        f"CREATE INDEX unread_notices ON inbox_entries (person, since, id) INCLUDE (box, {NARROWED_BY}) "
        "WHERE read_at IS NULL AND box IN ('copies', 'news')"
    )
    op.execute("CREATE INDEX entries_of_a_case ON inbox_entries (case_id)")


def _notices() -> None:
    op.execute(
        """
        CREATE TABLE notices (
            id uuid PRIMARY KEY,
            case_id text NOT NULL REFERENCES cases,
            kind text NOT NULL,
            by text NOT NULL,
            zh text NOT NULL,
            en text NOT NULL,
            comment text NOT NULL,
            at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX notices_of_a_case ON notices (case_id, id)")
    op.execute(
        "CREATE TRIGGER notices_rows_stay BEFORE UPDATE OR DELETE ON notices "
        "FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER notices_stays BEFORE TRUNCATE ON notices "
        "FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only()"
    )
    op.execute("ALTER TABLE notices ENABLE ALWAYS TRIGGER notices_rows_stay")
    op.execute("ALTER TABLE notices ENABLE ALWAYS TRIGGER notices_stays")


def _read_titles() -> None:
    """What the cases that are there are found by, as `search_text` had it when this was written."""
    connection = op.get_bind()
    place = 0
    while rows := connection.execute(
        text("SELECT id, place, title, number FROM cases WHERE place > :place ORDER BY place LIMIT :most"),
        {"place": place, "most": AT_ONCE},
    ).all():
        place = rows[-1].place
        read = [{"case": row.id, "search": _search_text(row.title, row.number)} for row in rows]
        connection.execute(text("UPDATE cases SET search = :search WHERE id = :case"), read)


def _search_text(title: str, number: str) -> str:
    lines = [_typed(title)[:120], _typed(number)]
    if not lines[0].isascii():
        syllables = lazy_pinyin(lines[0], errors=_one_by_one)
        lines[1:1] = "".join(syllables), "".join(syllable[:1] for syllable in syllables)
    return "\n".join(lines)


def _one_by_one(characters: str) -> Any:
    return list(characters)


def _typed(words: str) -> str:
    return " ".join(normalize("NFKC", words).casefold().split())
