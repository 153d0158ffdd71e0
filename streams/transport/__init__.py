"""The hardened Faust transport: one event is one fetched batch of a partition, committed by a watermark."""

from streams.transport.app import FailStop, StreamApp
from streams.transport.consumer import BatchConsumer
from streams.transport.producer import DurableProducer
from streams.transport.versions import UnfitVersionsError, assert_versions

__all__ = ["BatchConsumer", "DurableProducer", "FailStop", "StreamApp", "UnfitVersionsError", "assert_versions"]
