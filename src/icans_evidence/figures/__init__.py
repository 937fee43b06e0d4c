"""Results and rows turned into what is drawn and tabulated."""
