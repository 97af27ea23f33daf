"""The command line: parses arguments, calls one use case, prints, exits; nothing here knows what an SLO is."""
