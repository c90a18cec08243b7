"""Where the service listens: which addresses are allowed, and a socket on the first free port (TRUST.md §3.2)."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from node_engine.errors import StorageError, TrustError

_PORTS_TRIED = 50
_BACKLOG = 1_024
_FULL_MODE = 0o777


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How the service listens and whom it answers."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes any free port."""
    exact_port: bool = False
    """True: fail when the port is taken instead of taking the next free one."""
    require_token: bool = False
    allow_code: bool = False
    expose: bool = False
    """Listen on an address that other machines reach; asks for the token everywhere."""
    uds: Path | None = None
    """A Unix socket to listen on instead of a port."""
    discovery_folder: Path | None = None
    """Where the discovery file goes; None: the user's runtime folder."""

    @property
    def needs_token(self) -> bool:
        """True when every call but /health needs the token."""
        return self.require_token or self.expose


@dataclass(frozen=True, slots=True)
class Bound:
    """A listening socket and the names by which callers may address it."""

    socket: socket.socket
    url: str
    hosts: frozenset[str]
    """The exact values allowed in the Host header."""
    uds: Path | None = None


def bind(settings: ServiceSettings) -> Bound:
    """Open the listening socket.

    Raises:
        TrustError: the address or the combination of options is refused.
        StorageError: no port is free, or the Unix socket cannot be made.
    """
    if settings.uds is not None:
        return _bind_unix(settings.uds)
    address = allowed_address(settings.host, expose=settings.expose)
    if settings.expose and settings.allow_code:
        raise TrustError("--allow-code cannot be used with --expose: other machines could run code here.")
    listener = _bind_port(address, settings)
    port = listener.getsockname()[1]
    return Bound(listener, f"http://{_in_url(address)}:{port}", _host_values(address, port))


def allowed_address(host: str, *, expose: bool) -> str:
    """The address to listen on, as an IP literal.

    Raises:
        TrustError: a wildcard, a name, or an address that other machines reach without `expose`.
    """
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        raise TrustError(
            f'"{host}" is not an address. Give one of this machine\'s addresses, for example 127.0.0.1.'
        ) from None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_unspecified or address.is_multicast:
        raise TrustError(
            f'"{host}" stands for every address of this machine and is refused. Use 127.0.0.1, or give one address '
            "with --expose."
        )
    if not address.is_loopback and not expose:
        raise TrustError(
            f"{address} can be reached from other machines. Add --expose if that is meant: every call then needs the "
            "token."
        )
    return str(address)


def _bind_port(address: str, settings: ServiceSettings) -> socket.socket:
    tries = 1 if settings.exact_port or settings.port == 0 else _PORTS_TRIED
    ports = range(settings.port, min(settings.port + tries, 65_536))
    for port in ports:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        # asyncio switches Nagle's algorithm off only for sockets that name TCP; with it answers take 40 ms longer
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise StorageError(f"{address} is not an address of this machine.") from error
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise StorageError(f"Cannot listen on {address}:{port}: {error.strerror}.") from error
        else:
            listener.setblocking(False)
            return listener
    span = f"port {ports[0]}" if len(ports) == 1 else f"the ports {ports[0]} to {ports[-1]}"
    raise StorageError(f"Nothing is free on {address} at {span}. Choose another with --port.")


def _bind_unix(path: Path) -> Bound:
    folder = path.parent
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError as error:
        raise StorageError(f'The folder "{folder}" of the socket cannot be used: {error.strerror}.') from error
    if mode & ~0o700 & _FULL_MODE:
        raise TrustError(f'Other users can enter "{folder}". Run: chmod 700 "{folder}"')
    listener = socket.socket(socket.AF_UNIX)
    try:
        _remove_dead_socket(path)
        listener.bind(str(path))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise StorageError(f'Cannot listen on "{path}": {error.strerror or error}.') from error
    listener.setblocking(False)
    return Bound(listener, "http://localhost", frozenset({"localhost", "127.0.0.1"}), path)


def _remove_dead_socket(path: Path) -> None:
    """Remove a socket file that nobody listens on; a living one stays, and binding fails."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()


def _host_values(address: str, port: int) -> frozenset[str]:
    names = {_in_url(address)}
    if address == "127.0.0.1":
        names.add("localhost")
    values = {f"{name}:{port}" for name in names}
    return frozenset(values | names if port == 80 else values)


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address
