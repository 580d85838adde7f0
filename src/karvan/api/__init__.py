"""The service's door to the web: FastAPI, and the only place that knows it."""
