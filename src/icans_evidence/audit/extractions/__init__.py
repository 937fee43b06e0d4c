"""Two extractions of one source: their pairs, agreement and adjudication."""
