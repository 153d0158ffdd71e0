"""The policy engine: what is sensitive in a text, and the text without it. No Kafka, no HTTP."""

from detection.conversation import ConversationMemory, History
from detection.engine import Engine
from detection.errors import WrongPolicy
from detection.finding import Finding, Verdict
from detection.policy import Policy, load_policy
from detection.redaction import redact

__all__ = [
    "ConversationMemory",
    "Engine",
    "Finding",
    "History",
    "Policy",
    "Verdict",
    "WrongPolicy",
    "load_policy",
    "redact",
]
