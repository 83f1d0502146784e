"""Small files that survive a crash at any instant: whole, as they were, or as they are to be."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Put content in the place of what the file holds, if it exists; both the file and its name are synced."""
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
