"""The service that clears and tracks consignments: what may happen, what did happen, and who may know it.

Nothing here knows the web or the terminal, and nothing here computes a corridor: endpoints stand in ``api``, commands in
``cli``, and a predictor of arrivals is handed in.
"""
