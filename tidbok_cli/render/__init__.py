"""Results to what is printed: tables and letters for people, JSON, NDJSON and CSV for programs."""
