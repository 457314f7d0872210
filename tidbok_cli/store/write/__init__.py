"""Changes to the store, by SQLModel, in the caller's transaction."""
