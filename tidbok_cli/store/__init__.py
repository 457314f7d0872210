"""The store: SQLModel defines and writes, plain SQL reads."""
