"""The verbs of conditions: read one strictly, work it out for one object, say it to the store."""

from groundswell.conditions.language import check_condition, matches, names_in
from groundswell.conditions.names import Names
from groundswell.conditions.reading import Fields, meant, refused
from groundswell.conditions.sql import Params, condition_sql, mask_sql
from groundswell.conditions.wanted import wanted_of

__all__ = [
    "Fields", "Names", "Params", "check_condition", "condition_sql", "mask_sql", "matches", "meant", "names_in",
    "refused", "wanted_of",
]  # fmt: skip
