"""Alembic's environment: the migrations run on the connection, and in the transaction, that `make_store` opened."""

from alembic import context

from tidbok_cli.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Unit.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
