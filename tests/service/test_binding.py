"""Where the service may listen."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from node_engine.errors import StorageError, TrustError
from node_engine.service.binding import ServiceSettings, allowed_address, bind


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0", "::0", "::ffff:0.0.0.0", "0", "0x0", "00.0.0.0", "", "*", "127.1"],
)
def test_every_spelling_of_all_addresses_is_refused_even_with_expose(host: str) -> None:
    with pytest.raises(TrustError):
        allowed_address(host, expose=True)


@pytest.mark.parametrize("host", ["192.168.1.5", "8.8.8.8", "fe80::1", "::ffff:192.168.1.5"])
def test_an_address_that_others_reach_needs_expose(host: str) -> None:
    with pytest.raises(TrustError, match="--expose"):
        allowed_address(host, expose=False)
    assert allowed_address(host, expose=True)


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1")]
)
def test_this_machine_is_fine(host: str, address: str) -> None:
    assert allowed_address(host, expose=False) == address


def test_the_next_free_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        bound = bind(ServiceSettings(port=taken))
        bound.socket.close()

    port = int(bound.url.rpartition(":")[2])
    assert taken < port <= taken + 50
    assert bound.hosts == {f"127.0.0.1:{port}", f"localhost:{port}"}


def test_answers_are_sent_without_waiting_for_more() -> None:
    bound = bind(ServiceSettings(port=0))
    bound.socket.close()

    assert bound.socket.proto == socket.IPPROTO_TCP


def test_an_exact_port_that_is_taken_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = ServiceSettings(port=other.getsockname()[1], exact_port=True)

        with pytest.raises(StorageError, match="--port"):
            bind(settings)


def test_an_address_of_another_machine_is_said_so() -> None:
    with pytest.raises(StorageError, match="not an address of this machine"):
        bind(ServiceSettings(host="192.0.2.1", expose=True))


def test_exposing_asks_for_the_token_and_refuses_code() -> None:
    settings = ServiceSettings(expose=True, allow_code=True)

    assert settings.needs_token
    with pytest.raises(TrustError, match="--allow-code"):
        bind(settings)


def test_a_unix_socket_needs_a_private_folder_and_replaces_a_dead_one(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    settings = ServiceSettings(uds=tmp_path / "s")
    with pytest.raises(TrustError, match="chmod 700"):
        bind(settings)

    tmp_path.chmod(0o700)
    bind(settings).socket.close()
    second = bind(settings)

    with pytest.raises(StorageError):
        bind(settings)
    second.socket.close()
    assert second.hosts == {"localhost", "127.0.0.1"}
