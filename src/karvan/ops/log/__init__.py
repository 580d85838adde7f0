"""The log that cannot be altered unseen: chains of events, a tree over them all, signed heads, and witnesses.

Each subject's events are chained by their hashes; the sealed events are leaves of one Merkle tree (RFC 6962); the tree's
head is signed, and cosigned by witnesses that others run. Who owns the database can still rewrite it, but not unseen.
"""
