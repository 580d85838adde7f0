"""Simulate: the corridor hour by hour."""
