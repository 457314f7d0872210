"""The store: SQLModel defines the tables and writes; plain SQL over the DBAPI connection reads what users wait for."""
