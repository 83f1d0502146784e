"""People bring their tables, and the sources through which every question sees who did what."""

from groundswell.people import sources  # noqa: F401 - registers itself
