"""Compiled loops on plain arrays: they know no table, import only numpy and numba, and release the GIL.

Importing this package compiles nothing; each module compiles its few kernels once, at its first import after an
install, and loads them from numba's cache ever after.
"""
