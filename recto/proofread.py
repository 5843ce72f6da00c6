"""`recto proofread`: the report of a delivery on this machine alone, with a place to save to.

Whoever knows the address may read and save: it holds a token that is drawn anew each time. Requests
that name another host, or that a page of another origin has sent, are refused; so no site that a
proofreader visits meanwhile can reach it, not by a name that leads here either.
"""

from __future__ import annotations

import secrets
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.corrections import LARGEST_BYTES, SUFFIX, corrections_json, parse_corrections
from pipeline.errors import ConfigError, DataError
from pipeline.export.delivery import read_manifest
from pipeline.files import write_text

HOST = "127.0.0.1"
REPORT, SAVED = "report.html", "corrections"
SERVED = {".html", ".js", ".css", ".jpg", ".json"}


class Proofreading(ThreadingHTTPServer):
    """The server of one delivery.

    Args:
        port: 0: any that is free.

    Raises:
        DataError: it is no delivery, or has no report. ConfigError: the port cannot be had.
    """

    daemon_threads = True

    def __init__(self, delivery: Path, port: int = 0) -> None:
        if not (delivery / REPORT).is_file():
            raise DataError(
                f"{delivery} has no {REPORT}", "Read the book with --outputs report, or all."
            )
        self.book = str(read_manifest(delivery)["book"])
        self.target = delivery.parent / f"{delivery.name}{SUFFIX}"
        self.token = secrets.token_urlsafe(16)
        try:
            super().__init__((HOST, port), partial(_Handler, directory=str(delivery)))
        except (OSError, OverflowError) as error:
            raise ConfigError(
                f"port {port} cannot be had: {error}",
                "Leave --port out: any that is free is taken.",
            ) from error
        names = (HOST, "localhost")
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in names)

    @property
    def address(self) -> str:
        """Where a browser finds the report."""
        return f"http://{HOST}:{self.server_port}/{self.token}/{REPORT}"

    def save(self, raw: bytes) -> str:
        """Keep a corrections file beside the delivery; returns what to tell.

        Raises:
            DataError: it is none, or of another book.
        """
        corrections = parse_corrections(raw, "what was sent")
        if corrections.book != self.book:
            raise DataError(f"these are corrections of {corrections.book}, not of {self.book}")
        write_text(self.target, corrections_json(corrections))
        return f"saved as {self.target.name}: apply it with recto apply"


class _Handler(SimpleHTTPRequestHandler):
    server: Proofreading

    def do_GET(self) -> None:
        if self._is_refused():
            return
        name = self._name()
        if name is None or Path(name).suffix not in SERVED:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.path = f"/{name}"
        super().do_GET()

    def do_HEAD(self) -> None:
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    def do_POST(self) -> None:
        if self._is_refused():
            return
        length = self.headers.get("Content-Length", "")
        if self._name() != SAVED:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif self.headers.get("Origin") not in {f"http://{host}" for host in self.server.hosts}:
            self.send_error(HTTPStatus.FORBIDDEN, "of another origin")
        elif self.headers.get_content_type() != "application/json":
            self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not length.isdecimal() or int(length) > LARGEST_BYTES:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._save(self.rfile.read(int(length)))

    def _save(self, raw: bytes) -> None:
        try:
            status, told = HTTPStatus.OK, self.server.save(raw)
        except DataError as error:
            status, told = HTTPStatus.UNPROCESSABLE_ENTITY, error.message
        body = told.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _is_refused(self) -> bool:
        """Whether a request is not from this machine's own browser, on its own way here."""
        origin = self.headers.get("Origin")
        own = {f"http://{host}" for host in self.server.hosts}
        if self.headers.get("Host") in self.server.hosts and (origin is None or origin in own):
            return False
        self.send_error(HTTPStatus.FORBIDDEN, "of another host or origin")
        return True

    def _name(self) -> str | None:
        """The file that is asked for, within the delivery; None without the token."""
        first, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        inside = ".." not in name.split("/")
        return name if inside and secrets.compare_digest(first.encode(), self._token) else None

    @property
    def _token(self) -> bytes:
        return self.server.token.encode()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing of each request."""
