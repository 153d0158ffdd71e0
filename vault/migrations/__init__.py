"""The history of the vault's schema, run by Alembic at every start."""
