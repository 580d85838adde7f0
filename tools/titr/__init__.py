"""Builds the reference corridor from the gathered facts."""
