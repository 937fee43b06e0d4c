"""The doors to the disk: one reader a kind of file, and one writer, which writes whole or not at all."""
