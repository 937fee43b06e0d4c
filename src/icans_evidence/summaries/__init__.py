"""Evidence turned into results: one row a statistic, with its sentence, method and the rows behind it."""
