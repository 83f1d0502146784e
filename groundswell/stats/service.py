"""The verb of stats: compare."""

from groundswell.stats.tables import compare
from groundswell.stats.types import Compared, Tables

__all__ = ["Compared", "Tables", "compare"]
