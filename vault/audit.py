"""The audit chain: every access leaves a record that carries the hash of the one before.

Records are written in the transaction of what they tell of, so that neither exists without the other. The end of
the chain is sealed by a key that the database does not hold: whoever can write to the database can neither cut
the newest records off nor rewrite the chain from some point on without being found out.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from vault import tables
from vault.database import take_turns
from vault.errors import AuditBroken
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


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a verification found."""

    records: int
    problem: str | None = None
    """The first thing wrong, or None: ``record 17 was changed``."""

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return self.problem is None


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
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        rows, last = [], head.hash
        for sequence, entry in enumerate(entries, head.sequence + 1):
            record = _record(head.chain, sequence, entry, now, last)
            last = record["hash"]
            rows.append({"chain": head.chain, "sequence": sequence, "record": _json(record)})
        _INSERT.run(connection, rows)
        end = head.sequence + len(rows)
        seal = self._seal(head.chain, end, last)
        _ADVANCE.run(connection, [{"of_chain": head.chain, "to_sequence": end, "to_hash": last, "to_seal": seal}])

    def verify(self, connection: Connection) -> ChainReport:
        """Walk the whole chain: a removed, changed, inserted or reordered record shows, and a cut end too."""
        try:
            head = self._head(connection)
        except AuditBroken as error:
            return ChainReport(0, str(error))
        rows = _records(connection, head.chain)
        count, last = 0, FIRST
        for sequence, text in rows:
            problem = _inspect(sequence, text, expected=count, previous=last)
            if problem:
                return ChainReport(count, problem)
            last = json.loads(text)["hash"]
            count += 1
        if (count - 1, last) != (head.sequence, head.hash):
            return ChainReport(count, f"the chain ends at record {count - 1}, its seal says {head.sequence}")
        return ChainReport(count)

    def unrelayed(self, connection: Connection, limit: int) -> tuple[str, list[tuple[int, str]]]:
        """The chain's name, and its oldest records that the topic has not acknowledged: sequence and JSON."""
        head = self._head(connection)
        rows = connection.execute(
            select(tables.audit.c.sequence, tables.audit.c.record)
            .where(tables.audit.c.chain == head.chain, tables.audit.c.sequence > head.relayed)
            .order_by(tables.audit.c.sequence)
            .limit(limit)
        )
        return head.chain, [(row.sequence, row.record) for row in rows]

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
    count, last = 0, FIRST
    for text in lines:
        problem = _inspect(count, text, expected=count, previous=last)
        if problem:
            return ChainReport(count, problem)
        last = json.loads(text)["hash"]
        count += 1
    return ChainReport(count)


def _inspect(sequence: int, text: str, *, expected: int, previous: str) -> str | None:
    """What is wrong with the next record, or None."""
    if sequence != expected:
        return f"record {expected} is missing"
    try:
        record = json.loads(text)
        if record["sequence"] != expected:
            return f"record {expected} is out of its place"
        if record["hash"] != hash_of(record):
            return f"record {expected} was changed"
        if record["previous_hash"] != previous:
            return f"record {expected} does not follow the one before"
    except (ValueError, KeyError, TypeError):
        return f"record {expected} was changed"
    return None


def _records(connection: Connection, chain: str) -> Iterator[tuple[int, str]]:
    after = -1
    while True:
        rows = connection.execute(
            select(tables.audit.c.sequence, tables.audit.c.record)
            .where(tables.audit.c.chain == chain, tables.audit.c.sequence > after)
            .order_by(tables.audit.c.sequence)
            .limit(_PAGE)
        ).all()
        if not rows:
            return
        for row in rows:
            yield row.sequence, row.record
        after = rows[-1].sequence


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
