"""Fleet: the cheapest ships of each line that meet a target, with what refutes every cheaper fleet."""
