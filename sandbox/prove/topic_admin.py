"""What an operator, or an accident, may do to topics and groups while messages flow."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

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

    def configure(self, topic: str, settings: Mapping[str, str]) -> None:
        """Change settings of a topic."""
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in settings.items()
        ]
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)
        for done in self._client.incremental_alter_configs([resource]).values():
            done.result(SECONDS)

    def grow(self, topics: Iterable[str], partitions: int) -> None:
        """Give topics so many partitions."""
        for done in self._client.create_partitions([NewPartitions(topic, partitions) for topic in topics]).values():
            done.result(SECONDS)

    @contextmanager
    def forbidden_group(self, group: str) -> Iterator[None]:
        """Deny everybody everything with a consumer group, for as long as the block lasts."""
        place = (ResourceType.GROUP, group, ResourcePatternType.LITERAL, "User:*", "*", AclOperation.ALL)
        for done in self._client.create_acls([AclBinding(*place, AclPermissionType.DENY)]).values():
            done.result(SECONDS)
        try:
            yield
        finally:
            for gone in self._client.delete_acls([AclBindingFilter(*place, AclPermissionType.DENY)]).values():
                gone.result(SECONDS)
