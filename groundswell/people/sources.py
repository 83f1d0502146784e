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
    "rejoins",
    "seen",
    "seen_in",
    "trait_keys",
):
    register_source(_name, (_SQL / f"{_name}.sql").read_text().strip())

# The same of a few, found by their ids: the tables are sorted by them.
for _name, _found in (("person_traits", "entity = 'person'"), ("account_traits", "entity = 'account'")):
    register_source(
        f"{_name}_of_ids",
        (_SQL / f"{_name}.sql").read_text().strip().replace(_found, f"{_found} AND id IN {{ids:Array(UInt64)}}"),
    )
