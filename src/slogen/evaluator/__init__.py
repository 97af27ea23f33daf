"""PromQL in process: values over `[series, time]` that agree with Prometheus 3.5."""
