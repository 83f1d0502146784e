"""The workspace registers nothing: all other streets stand on it."""
