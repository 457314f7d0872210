"""Alembic's environment: migrations run in the transaction of `make_store`."""

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
