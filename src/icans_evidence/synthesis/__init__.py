"""Synthesis: intervals, pooled proportions, pooled medians and what they hang on.

Pure arithmetic on numpy arrays: no tables, no files, no charts; scipy.special loads at the first fit.
"""
