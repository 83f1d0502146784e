"""Where the pages of segments are."""


def segment_address(project: int, key: str) -> str:
    """The page of a segment."""
    return f"/p/{project}/segments/{key}/"
