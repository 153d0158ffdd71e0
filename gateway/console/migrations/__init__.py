"""The read model's schema, version by version."""
