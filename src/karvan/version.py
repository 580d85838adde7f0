"""Karvan's version: part of every run, so that a result says which code made it."""

VERSION = "0.1.0"
