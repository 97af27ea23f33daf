"""promtool's own unit tests of the emitted rules, for people who want a second opinion on a proof."""
