"""Runs the migrations on the connection, and inside the transaction, that the caller opened."""

from alembic import context

from gateway.console.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="cordon_console_version",
)
with context.begin_transaction():
    context.run_migrations()
