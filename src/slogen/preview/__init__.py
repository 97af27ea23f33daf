"""What a dashboard will show, drawn from its emitted JSON and any source of data, without a Grafana server."""
