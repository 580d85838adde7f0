"""One question each; no engine calls another."""
