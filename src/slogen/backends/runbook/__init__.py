"""Pages for whoever is woken: what fired, what to look at, what may be done, whom to tell."""
