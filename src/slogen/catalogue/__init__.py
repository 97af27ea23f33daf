"""The catalogue: what is known of the servers that ML models run on, as data."""
