"""Dashboards as the backend emits them, judged without a Grafana server."""
