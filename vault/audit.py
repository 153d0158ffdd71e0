"""The audit chain: every access leaves a record that carries the hash of the one before.

Records are written in the transaction of what they tell of, so that neither exists without the other. The end of
the chain is sealed by a key that the database does not hold: whoever can write to the database can neither cut
the newest records off nor rewrite the chain from some point on without being found out.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from sqlalchemy import Connection, bindparam, select

from schemas.record import rfc3339
from vault import tables
from vault.database import take_turns
from vault.errors import AuditBroken
from vault.requests import Access
from vault.statements import Prepared

FIRST: Final = "0" * 64
"""What the first record carries in place of a predecessor's hash."""
MAX_REASON: Final = 500
"""Characters of a reason or purpose; the rest is cut."""
_PAGE: Final = 1000

_HEAD: Final = Prepared(select(tables.audit_heads))
_HEAD_LOCKED: Final = Prepared(select(tables.audit_heads).with_for_update())
_INSERT: Final = Prepared(tables.audit.insert())
_ADVANCE: Final = Prepared(
    tables.audit_heads.update()
    .where(tables.audit_heads.c.chain == bindparam("of_chain"))
    .values(sequence=bindparam("to_sequence"), hash=bindparam("to_hash"), seal=bindparam("to_seal"))
)
_JSON: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One access, before it takes its place in the chain. Nothing in it is sensitive."""

    actor: str
    action: str
    subject: str
    outcome: str = "allowed"
    purpose: str | None = None
    reason: str | None = None
    conversation_id: str | None = None

    @classmethod
    def of(
        cls, access: Access, action: str, subject: str, *, is_allowed: bool = True, conversation_id: str | None = None
    ) -> Self:
        """What a caller did, or was denied; in its own conversation where none is named."""
        return cls(
            actor=access.actor,
            action=action,
            subject=subject,
            outcome="allowed" if is_allowed else "denied",
            purpose=access.purpose,
            reason=access.reason,
            conversation_id=conversation_id or access.conversation_id,
        )


@dataclass(slots=True)
class ChainReport:
    """What a walk along a chain has found so far: a removed, changed, inserted or reordered record shows."""

    records: int = 0
    """Those that are right."""
    problem: str | None = None
    """The first thing wrong, or None: ``record 17 was changed``."""
    last: str = field(default=FIRST, repr=False)
    """Hash of the last record that is right."""

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return self.problem is None

    def take(self, sequence: int, text: str) -> bool:
        """Look at the next record, as JSON in its place; whether it is right."""
        try:
            self.problem = self._wrong_with(sequence, record := json.loads(text))
        except (ValueError, KeyError, TypeError):
            self.problem = f"record {self.records} was changed"
        if self.problem is None:
            self.records, self.last = self.records + 1, record["hash"]
        return self.is_intact

    def _wrong_with(self, sequence: int, record: dict[str, Any]) -> str | None:
        if sequence != self.records:
            return f"record {self.records} is missing"
        if record["sequence"] != self.records:
            return f"record {self.records} is out of its place"
        if record["hash"] != hash_of(record):
            return f"record {self.records} was changed"
        if record["previous_hash"] != self.last:
            return f"record {self.records} does not follow the one before"
        return None


class AuditChain:
    """Appends to and verifies the one chain of a database. Its methods run inside a transaction."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def begin(self, connection: Connection) -> None:
        """Make the chain's head where the database has none yet. Raises ``AuditBroken`` for one that is not ours.

        So a process with another deployment's keyring does not start: the seal is the canary of the keyring.
        """
        take_turns(connection)
        if _HEAD.rows(connection, {}):
            self._head(connection)
        else:
            chain = f"vault-{secrets.token_hex(4)}"
            connection.execute(
                tables.audit_heads.insert().values(
                    chain=chain, sequence=-1, hash=FIRST, seal=self._seal(chain, -1, FIRST), relayed=-1
                )
            )

    def append(self, connection: Connection, entries: Sequence[AuditEntry]) -> None:
        """Write the records. Raises ``AuditBroken`` when the chain's end was touched."""
        if not entries:
            return
        head = self._head(connection, lock=True)
        now = rfc3339(datetime.now(UTC))
        rows, last = [], head.hash
        for sequence, entry in enumerate(entries, head.sequence + 1):
            record = _record(head.chain, sequence, entry, now, last)
            last = record["hash"]
            rows.append({"chain": head.chain, "sequence": sequence, "record": _json(record)})
        _INSERT.run(connection, rows)
        end = head.sequence + len(rows)
        seal = self._seal(head.chain, end, last)
        _ADVANCE.run(connection, [{"of_chain": head.chain, "to_sequence": end, "to_hash": last, "to_seal": seal}])

    def verify_on(self, connection: Connection, report: ChainReport) -> bool:
        """Walk on for a page, so that nobody waits for the whole walk; whether there is more. A cut end shows too."""
        try:
            head = self._head(connection)
        except AuditBroken as error:
            report.problem = str(error)
            return False
        page = _after(connection, head.chain, report.records - 1, _PAGE)
        if not page and (report.records - 1, report.last) != (head.sequence, head.hash):
            report.problem = f"the chain ends at record {report.records - 1}, its seal says {head.sequence}"
        return bool(page) and all(report.take(sequence, text) for sequence, text in page)

    def unrelayed(self, connection: Connection, limit: int) -> tuple[str, list[tuple[int, str]]]:
        """The chain's name, and its oldest records that the topic has not acknowledged: sequence and JSON."""
        head = self._head(connection)
        return head.chain, _after(connection, head.chain, head.relayed, limit)

    def relayed(self, connection: Connection, chain: str, sequence: int) -> None:
        """Note that the topic has every record up to this one."""
        heads = tables.audit_heads
        connection.execute(
            heads.update().where(heads.c.chain == chain, heads.c.relayed < sequence).values(relayed=sequence)
        )

    def _head(self, connection: Connection, *, lock: bool = False) -> Any:
        """The row of the chain's end, whose seal is right."""
        heads = (_HEAD_LOCKED if lock else _HEAD).rows(connection, {})
        if not heads:
            raise AuditBroken("the audit chain has lost its head")
        head = heads[0]
        if not hmac.compare_digest(head.seal, self._seal(head.chain, head.sequence, head.hash)):
            raise AuditBroken(
                "the audit chain's end does not carry our seal: it was touched, or the keyring is another"
            )
        return head

    def _seal(self, chain: str, sequence: int, last: str) -> bytes:
        return hmac.digest(self._key, f"{chain}\0{sequence}\0{last}".encode(), "sha256")


def hash_of(record: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and every other field as JSON with sorted keys and no spaces."""
    fields = {name: value for name, value in record.items() if name != "hash"}
    return hashlib.sha256(f"{record['previous_hash']}{_json(fields)}".encode()).hexdigest()


def verify_records(lines: Iterable[str]) -> ChainReport:
    """Verify records that were copied elsewhere, such as the topic's, each a line of JSON, from the first on."""
    report = ChainReport()
    all(report.take(report.records, text) for text in lines)  # up to the first that is wrong
    return report


def _after(connection: Connection, chain: str, sequence: int, limit: int) -> list[tuple[int, str]]:
    """The records that follow one, each with its place."""
    columns = tables.audit.c
    rows = connection.execute(
        select(columns.sequence, columns.record)
        .where(columns.chain == chain, columns.sequence > sequence)
        .order_by(columns.sequence)
        .limit(limit)
    )
    return [(row.sequence, row.record) for row in rows]


def _record(chain: str, sequence: int, entry: AuditEntry, now: str, previous: str) -> dict[str, Any]:
    """A ``schemas.AuditRecord`` as JSON data; built by hand, because a thousand a second are."""
    record: dict[str, Any] = {
        "schema_version": 1,
        "audit_id": f"{chain}-{sequence}",
        "chain": chain,
        "sequence": sequence,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "purpose": entry.purpose[:MAX_REASON] if entry.purpose else None,
        "reason": entry.reason[:MAX_REASON] if entry.reason else None,
        "outcome": entry.outcome,
        "conversation_id": entry.conversation_id,
        "occurred_at": now,
        "previous_hash": previous,
    }
    record["hash"] = hash_of(record)
    return record


def _json(record: dict[str, Any]) -> str:
    return _JSON.encode(record)
