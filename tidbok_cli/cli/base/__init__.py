"""Parts that all commands are built from."""
