"""What the vault counts. Labels are closed lists: no id, no entity that a caller made up, no value."""

from typing import Final

from prometheus_client import Counter, Histogram

OPERATIONS: Final = Counter(
    "cordon_vault_operations_total", "Vault operations, by kind and outcome", ["operation", "outcome"]
)
SECONDS: Final = Histogram(
    "cordon_vault_operation_seconds",
    "Seconds from the request to its commit",
    ["operation"],
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
)
FALLBACKS: Final = Counter(
    "cordon_vault_fallbacks_total", "Values redacted because the vault could not give a token", ["reason"]
)
AUDIT_RELAYED: Final = Counter("cordon_vault_audit_relayed_total", "Audit records acknowledged by the topic")
