"""Pages to a published site: read, run, rendered by the embedded engine or by Quarto, put in place whole."""
