"""Lifecycle: who is new in a period, came back from the one before, came back after longer, or stayed away."""
