"""Where the pages of segments are."""

from django.urls import reverse


def segment_address(project: int, key: str) -> str:
    """The page of a segment."""
    return reverse("segments.one", args=[project, key])
