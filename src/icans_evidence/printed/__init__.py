"""What a source prints, read in one place: percentages and the counts behind them, numbers, ranges, units."""
