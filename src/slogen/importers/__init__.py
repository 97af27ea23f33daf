"""Importers: specs proposed from what others have written, such as a saved `/metrics` page."""
