"""A row against its sentence."""
