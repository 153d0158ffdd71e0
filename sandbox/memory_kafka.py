"""librdkafka's in-memory broker, for machines without Java: the real protocol on loopback, and nothing is kept.

It sits inside the confluent-kafka wheel as librdkafka's test broker (``rdkafka_mock.h``) and runs in a thread of this
process. It knows groups, commits and idempotent producers; it does not know admin requests, files, quotas or
encryption, and it keeps about five megabytes of a partition.
"""

import ctypes
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import confluent_kafka

_PRODUCER = 0
_ERROR_BYTES = 512


class MemoryBrokerUnavailableError(RuntimeError):
    """The installed confluent-kafka does not carry the in-memory broker as expected."""


def _library() -> ctypes.CDLL:
    """Load the very librdkafka that confluent-kafka uses. The wheel puts it beside the package."""
    package = Path(confluent_kafka.__file__).parent
    for found in sorted(package.parent.glob("confluent_kafka.libs/librdkafka*")) + sorted(package.glob(".dylibs/*")):
        library = ctypes.CDLL(str(found))
        if hasattr(library, "rd_kafka_mock_cluster_new"):
            return library
    raise MemoryBrokerUnavailableError("this build of confluent-kafka carries no in-memory broker")


class MemoryKafka:
    """``with MemoryKafka() as broker`` starts within milliseconds and forgets everything at the end."""

    def __init__(self, *, brokers: int = 1) -> None:
        self.bootstrap_servers = ""
        """Where clients connect, once it is started."""
        self._brokers = brokers
        self._library = _library()
        self._handle = ctypes.c_void_p()
        self._cluster = ctypes.c_void_p()
        self._declare()

    @property
    def data_folder(self) -> Path | None:
        """There are no files."""
        return None

    def make_topics(self, names: Iterable[str], *, partitions: int) -> None:
        """Make topics. Its clients cannot: it knows no admin requests."""
        for name in names:
            error = self._library.rd_kafka_mock_topic_create(self._cluster, name.encode(), partitions, self._brokers)
            if error:
                raise MemoryBrokerUnavailableError(f"the in-memory broker refused a topic with error {error}")

    def __enter__(self) -> Self:
        reason = ctypes.create_string_buffer(_ERROR_BYTES)
        configuration = self._library.rd_kafka_conf_new()
        self._library.rd_kafka_conf_set(configuration, b"log_level", b"0", reason, _ERROR_BYTES)
        self._handle = ctypes.c_void_p(self._library.rd_kafka_new(_PRODUCER, configuration, reason, _ERROR_BYTES))
        if not self._handle:
            raise MemoryBrokerUnavailableError(reason.value.decode(errors="replace"))
        self._cluster = ctypes.c_void_p(self._library.rd_kafka_mock_cluster_new(self._handle, self._brokers))
        self.bootstrap_servers = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        # Else every group waits three seconds for members that never come.
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._handle)

    def _declare(self) -> None:
        """Say what each function takes: pointers do not fit the integers that ctypes assumes."""
        pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        signatures: dict[str, tuple[list[type], type | None]] = {
            "rd_kafka_conf_new": ([], pointer),
            "rd_kafka_conf_set": ([pointer, text, text, text, ctypes.c_size_t], number),
            "rd_kafka_new": ([number, pointer, text, ctypes.c_size_t], pointer),
            "rd_kafka_destroy": ([pointer], None),
            "rd_kafka_mock_cluster_new": ([pointer, number], pointer),
            "rd_kafka_mock_cluster_destroy": ([pointer], None),
            "rd_kafka_mock_cluster_bootstraps": ([pointer], text),
            "rd_kafka_mock_topic_create": ([pointer, text, number, number], number),
            "rd_kafka_mock_group_initial_rebalance_delay_ms": ([pointer, ctypes.c_int32], None),
        }
        for name, (arguments, answer) in signatures.items():
            function = getattr(self._library, name)
            function.argtypes, function.restype = arguments, answer
