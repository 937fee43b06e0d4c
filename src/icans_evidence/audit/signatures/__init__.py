"""Who signed which row, and whether the signature still holds."""
