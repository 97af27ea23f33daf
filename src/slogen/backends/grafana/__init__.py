"""Grafana dashboards in the classic model (schema 42), made to be imported by hand and provisioned from files alike."""
