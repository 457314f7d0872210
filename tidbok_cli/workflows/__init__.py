"""Jobs of the program: each takes a Context and returns values."""
