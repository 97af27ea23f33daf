"""slogen compiles SLO and alert specs into rules, routing and dashboards, and proves every alert by replay."""
