"""The read model's tests run on SQLite and on a real PostgreSQL, as the vault's do."""

from tests.vault.conftest import database_url, postgres_server  # noqa: F401  (fixtures)
