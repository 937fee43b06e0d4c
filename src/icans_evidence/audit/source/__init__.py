"""A reader's own copy of a source, read into sentences; nothing of it is kept."""
