"""Questions to the read model. Each runs inside a transaction and answers with plain data."""
