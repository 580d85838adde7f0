"""Fit: which parameters make the twin agree with what was observed, how well they are known, and which cannot be told."""
