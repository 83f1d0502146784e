"""The fenced sources of questions: events, counts and traits as people did and have them *now*.

Joins and accounts are looked up here, when a question is read. Columns that a question does not name cost nothing.
"""

from pathlib import Path

from groundswell.store.service import register_dictionaries, register_source, register_tables

_SQL = Path(__file__).parent / "sql"

register_tables(Path(__file__).parent / "tables")
register_dictionaries("persons", "person_accounts")

for _name in (
    "events",
    "rollup",
    "daily",
    "daily_until",
    "joins",
    "person_ids",
    "person_traits",
    "account_traits",
    "account_ids",
    "memberships",
    "seen",
):
    register_source(_name, (_SQL / f"{_name}.sql").read_text().strip())
