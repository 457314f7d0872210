"""Alembic's environment: the migrations run on the connection, and in the transaction, that `make_store` opened."""

from alembic import context

from tidbok_cli.store.tables import SQLModel

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
