"""Karvan: the open twin of a freight corridor."""
