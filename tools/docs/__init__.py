"""What the docs site adds to the pages in ``docs/``: table pages, computed figures, formulas, and the output of examples.

Nothing of it is kept in git: every build says what the code and the data of that moment say.
"""
