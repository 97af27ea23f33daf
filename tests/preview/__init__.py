"""Previews of dashboards, down to what a browser draws."""
