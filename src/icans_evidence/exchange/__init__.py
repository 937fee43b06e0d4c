"""The exchange room: spreadsheets in and out, and the evidence in the formats that other tools read.

What comes in is held to the same declarations as the data; what goes out loses nothing on the way back.
"""
