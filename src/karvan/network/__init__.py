"""Tables to arrays, once: what every engine computes on."""
