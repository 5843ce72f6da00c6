"""The little server of `recto proofread`: it serves a delivery to its own address alone, and keeps
what is saved beside it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, DataError
from recto.proofread import Proofreading

FILE = json.dumps({"schema": 1, "book": "letters", "pages": []})


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Proofreading]:
    delivery = tmp_path / "letters"
    (delivery / "report").mkdir(parents=True)
    (delivery / "report.html").write_text("<p>report</p>")
    (delivery / "report" / "0001.js").write_text("recto.page({});")
    (delivery / "manifest.json").write_text(
        json.dumps({"book": "letters", "files": {}, "pages": [], "counts": {}})
    )
    (tmp_path / "secret.html").write_text("secret")
    with Proofreading(delivery) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(
    server: Proofreading, path: str, body: str | None = None, **headers: str
) -> tuple[int, bytes]:
    """The status and the body of an answer; headers in place of those that a browser sends."""
    own = f"127.0.0.1:{server.server_port}"
    sent = {"Host": own} | ({"Origin": f"http://{own}"} if body is not None else {})
    sent |= {"Content-Type": "application/json"} if body is not None else {}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.request("GET" if body is None else "POST", path, body, sent)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def test_the_report_is_served_under_its_token(served: Proofreading) -> None:
    """Any program of this machine could read along by guessing a port."""
    assert ask(served, f"/{served.token}/report.html") == (200, b"<p>report</p>")
    assert ask(served, f"/{served.token}/report/0001.js")[0] == 200
    for path in ("/report.html", "/wrong/report.html", "/", f"/{served.token}"):
        assert ask(served, path)[0] == 404
    for path in ("../secret.html", "%2e%2e/secret.html", "/etc/passwd", "report", ""):
        assert ask(served, f"/{served.token}/{path}")[0] in (301, 404)


def test_other_hosts_and_origins_are_refused(served: Proofreading) -> None:
    """A site that is open in another tab could read the book, and change it."""
    page, save = f"/{served.token}/report.html", f"/{served.token}/corrections"
    assert ask(served, page, Host="evil.example")[0] == 403
    assert ask(served, page, Host=f"127.0.0.1:{served.server_port + 1}")[0] == 403
    assert ask(served, page, Origin="http://evil.example")[0] == 403
    assert ask(served, save, FILE, Origin="http://evil.example")[0] == 403
    assert ask(served, save, FILE, Origin="null")[0] == 403
    assert ask(served, save, FILE, Host="evil.example")[0] == 403
    assert ask(served, save, FILE, Content_Type="text/plain")[0] == 415
    assert not served.target.exists()


def test_what_is_saved_lies_beside_the_delivery(served: Proofreading) -> None:
    """The delivery would not be whole any more, or the work be lost."""
    status, told = ask(served, f"/{served.token}/corrections", FILE)
    assert status == 200 and b"letters.corrections.json" in told
    assert json.loads(served.target.read_text())["book"] == "letters"
    assert served.target.parent.name != "letters"


def test_what_is_no_corrections_file_is_not_kept(served: Proofreading) -> None:
    """A damaged file would take the place of a good one."""
    save = f"/{served.token}/corrections"
    assert ask(served, save, "{}")[0] == 422
    assert ask(served, save, FILE.replace("letters", "other"))[0] == 422
    assert not served.target.exists()


def test_a_port_that_cannot_be_had_is_told(served: Proofreading) -> None:
    """A second proofreader of the machine would see a traceback."""
    for port in (served.server_port, 99_999):
        with pytest.raises(ConfigError, match=str(port)):
            Proofreading(served.target.parent / served.book, port)


def test_a_folder_without_a_report_is_refused(tmp_path: Path) -> None:
    """An empty page would be all there is to see."""
    with pytest.raises(DataError, match=r"has no report\.html"):
        Proofreading(tmp_path)
