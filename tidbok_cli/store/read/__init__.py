"""Questions to the store in plain SQL; never SQLAlchemy."""
