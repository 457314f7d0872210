"""Changes to the store, by SQLModel and SQLAlchemy, each inside the caller's transaction."""
