"""What the program does, a module a job; no sentences, no terminal. Each takes a Workplace and returns values."""
