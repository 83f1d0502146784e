"""Stickiness: on how many of the days, weeks or months of the dates somebody was there."""
