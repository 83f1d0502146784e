"""Events bring their tables."""

from pathlib import Path

from groundswell.store.service import register_tables

register_tables(Path(__file__).parent / "tables")
