"""What an operator, or an accident, may do to topics and groups while messages flow."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    ResourcePatternType,
    ResourceType,
)

SECONDS = 30


class TopicAdmin:
    """Changes topics and rights of a cluster. Raises KafkaException."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._client = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0})

    def grow(self, topics: Iterable[str], partitions: int) -> None:
        """Give topics so many partitions."""
        for done in self._client.create_partitions([NewPartitions(topic, partitions) for topic in topics]).values():
            done.result(SECONDS)

    def forbidden_group(self, group: str) -> AbstractContextManager[None]:
        """Deny everybody everything with a consumer group, for as long as the block lasts."""
        return self._forbidden(ResourceType.GROUP, group, AclOperation.ALL)

    def forbidden_writes(self, topic: str) -> AbstractContextManager[None]:
        """Deny everybody to write a topic, for as long as the block lasts."""
        return self._forbidden(ResourceType.TOPIC, topic, AclOperation.WRITE)

    @contextmanager
    def needing_replicas(self, topic: str, count: int) -> Iterator[None]:
        """Have a topic take writes only while so many replicas are in sync, for as long as the block lasts."""
        self._alter(topic, ConfigEntry("min.insync.replicas", str(count), incremental_operation=AlterConfigOpType.SET))
        try:
            yield
        finally:
            self._alter(topic, ConfigEntry("min.insync.replicas", "", incremental_operation=AlterConfigOpType.DELETE))

    def _alter(self, topic: str, change: ConfigEntry) -> None:
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[change])
        for done in self._client.incremental_alter_configs([resource]).values():
            done.result(SECONDS)

    @contextmanager
    def _forbidden(self, kind: ResourceType, name: str, operation: AclOperation) -> Iterator[None]:
        place = (kind, name, ResourcePatternType.LITERAL, "User:*", "*", operation)
        for done in self._client.create_acls([AclBinding(*place, AclPermissionType.DENY)]).values():
            done.result(SECONDS)
        try:
            yield
        finally:
            for gone in self._client.delete_acls([AclBindingFilter(*place, AclPermissionType.DENY)]).values():
                gone.result(SECONDS)
