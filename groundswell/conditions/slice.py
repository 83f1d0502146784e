"""Conditions bring sentences to translate, and nothing that has a door."""
