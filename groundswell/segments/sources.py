"""What questions read of segments: who is in which, who came and left, who is on a list."""

from pathlib import Path

from groundswell.store.service import register_source, register_tables

_SQL = Path(__file__).parent / "sql"

register_tables(Path(__file__).parent / "tables")

for _name in ("segment_members", "segment_moves", "segment_listed", "segment_found"):
    register_source(_name, (_SQL / f"{_name}.sql").read_text().strip())
