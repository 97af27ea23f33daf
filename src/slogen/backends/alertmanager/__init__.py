"""Alertmanager: one configuration with notification templates per instance."""
