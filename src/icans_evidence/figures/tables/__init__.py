"""Tables (Great Tables)."""
