"""Scenarios: stories told about a model's signals, turned into the series a server would have scraped."""
