"""Hands messages to a queue: MQTT 3.1.1 at quality of service 1, so that the broker has said that it keeps them.

An address is `mqtts://host[:port]/topic`, or `mqtt://` on this machine. The broker's login is the platform's own, from
the environment, never part of an address.
"""

from __future__ import annotations

from threading import Event
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from xinyun.exchange.rules import topic_of

PORTS = {"mqtt": 1883, "mqtts": 8883}
_QOS = 1


class NotQueued(OSError):
    """The broker did not say that it has the message; why, in a line for the operator."""


def publish(address: str, body: bytes, *, login: tuple[str, str], seconds: float) -> None:
    """Publish one message and wait until the broker has acknowledged it.

    :raises NotQueued: it cannot be reached, refuses the login, or did not acknowledge in time.
    """
    parts = urlsplit(address)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    if login[0]:
        client.username_pw_set(*login)
    if parts.scheme == "mqtts":
        client.tls_set()
    connected, refused = Event(), list[str]()

    def on_connect(_: Any, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        if reason.is_failure:
            refused.append(str(reason))
        connected.set()

    client.on_connect = on_connect
    client.connect_timeout = seconds
    try:
        client.connect(
            parts.hostname or "", parts.port or PORTS[parts.scheme], keepalive=max(int(seconds) * 2, 10)
        )
        client.loop_start()
        _demand(connected.wait(seconds), "no answer to the connection")
        _demand(not refused, f"connection refused: {', '.join(refused)}")
        told = client.publish(topic_of(address), body, qos=_QOS)
        told.wait_for_publish(seconds)
        _demand(told.is_published(), "not acknowledged in time")
    except (OSError, ValueError, RuntimeError) as error:
        raise (
            error if isinstance(error, NotQueued) else NotQueued(f"{type(error).__name__}: {error}")
        ) from error
    finally:
        client.disconnect()
        client.loop_stop()


def _demand(so: bool, why: str) -> None:
    if not so:
        raise NotQueued(why)
