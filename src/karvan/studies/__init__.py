"""Engines composed: many runs, one answer. Pure, as the engines are."""
