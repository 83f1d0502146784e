"""Insights bring the door of questions."""
