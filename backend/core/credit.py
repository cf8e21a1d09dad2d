"""A message whose acknowledgement fails no longer counts as one that is worked on.

A consumer takes as many messages as it has credit for, and an acknowledgement gives credit back. kombu keeps that of
one that fails because Redis is away for ever, and reconnects nowhere while it has none: a worker of one message at a
time would then look alive and take nothing more until it is started anew. What was not acknowledged is handed out again
after the visibility timeout, and done twice it changes nothing.
"""

from __future__ import annotations

from kombu.transport import redis, virtual


class LenientQoS(redis.QoS):
    """Of kombu's channels to Redis."""

    def ack(self, delivery_tag: str) -> None:
        """See `kombu.transport.virtual.QoS`. Raises what Redis raises."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """See `kombu.transport.virtual.QoS`. Raises what Redis raises."""
        try:
            super().reject(delivery_tag, requeue=requeue)  # type: ignore[no-untyped-call]
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


def give_credit_back() -> None:
    """For every connection that this process makes from now on."""
    redis.Channel.QoS = LenientQoS
