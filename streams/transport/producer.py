"""Faust's producer, made idempotent and unable to overlook a failed delivery. Stock behaviour as of 0.15.3."""

import asyncio
from collections.abc import Mapping
from typing import Any, NoReturn

from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver


class DurableProducer(driver.Producer):
    """Every delivery is either acknowledged by all in-sync replicas or stops the next commit."""

    failed: BaseException | None = None
    """The first delivery that failed. The worker ends without another commit, so it is never cleared."""

    @property
    def client(self) -> Any:
        """The aiokafka producer under Faust's."""
        return self._ensure_producer()

    def _settings_extra(self) -> Mapping[str, Any]:
        """Stock: idempotent only with exactly-once. Without idempotence a retry reorders a conversation."""
        return {"acks": "all", "enable_idempotence": True}

    async def send(self, *args: Any, **kwargs: Any) -> Any:
        """Stock: a delivery that fails later is one line in the log."""
        delivery = await super().send(*args, **kwargs)
        delivery.add_done_callback(self.note_failure)
        return delivery

    def note_failure(self, delivery: "asyncio.Future[Any]") -> None:
        """Remember a failed delivery. For futures that did not come from ``send``."""
        if not delivery.cancelled() and delivery.exception() is not None:
            self.failed = self.failed or delivery.exception()

    async def flush(self) -> None:
        """Stock: waits for what is under way and ignores what failed, and the commit that called it goes on."""
        await super().flush()
        if self.failed is not None:
            raise ProducerSendError(f"not delivered: {type(self.failed).__name__}")

    def send_soon(self, fut: Any) -> NoReturn:
        """Stock: a buffer that the commit does not wait for. Tables use it, and are not for what must be right."""
        raise NotImplementedError("send_soon and tables may lose messages: send, and await the delivery")
