"""One self-contained page about a fleet: what it promises, how every alert was proven, who is told, what it costs."""
