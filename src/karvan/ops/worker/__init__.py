"""What runs beside the web: the sealer, the teller of subscribers, and the witness that others run."""
