"""Charts (Altair)."""
