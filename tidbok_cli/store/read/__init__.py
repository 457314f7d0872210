"""Questions to the store, in plain SQL on the DBAPI connection; never SQLAlchemy."""
