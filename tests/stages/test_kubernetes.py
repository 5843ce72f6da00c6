"""The Kubernetes profile, with a kubectl that runs each Job's command on this machine: what is
sent, and what is asked."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from profiles.kubernetes.pods import state
from tests.conftest import Snakemake

KUBECTL = """#!/usr/bin/env python3
import json, pathlib, subprocess, sys
jobs = pathlib.Path({folder!r})
verb = sys.argv[1]
if verb == "create":
    job = json.load(sys.stdin)
    name = job["metadata"]["generateName"] + str(len(list(jobs.glob("*.json"))))
    (jobs / (name + ".json")).write_text(json.dumps(job))
    container = job["spec"]["template"]["spec"]["containers"][0]
    lost = name == "recto-1"  # the node of the second job goes down
    end = jobs / (name + ".end")
    script = "exit 1" if lost else container["command"][2]
    command = ["bash", "-c", "bash -c " + '"$0"; echo $? > "$1"', script, end]
    subprocess.Popen(
        command,
        cwd=container["workingDir"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    print("job.batch/" + name)
elif verb == "get":
    end = jobs / (sys.argv[2].split("/")[1] + ".end")
    code = end.read_text().strip() if end.exists() else ""
    status = {{"": {{"active": 1}}, "0": {{"succeeded": 1}}}}.get(code, {{"failed": 1}})
    print(json.dumps({{"status": status}}))
"""


@pytest.mark.long
def test_each_shard_is_a_job_and_a_lost_one_is_started_again(
    workplace: Path,
    sample_pdf: Path,
    snakemake: Snakemake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An evicted pod would cost its pages."""
    programs, jobs = tmp_path / "bin", tmp_path / "jobs"
    programs.mkdir()
    jobs.mkdir()
    (programs / "kubectl").write_text(KUBECTL.format(folder=str(jobs)))
    (programs / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("RECTO_CLAIM", "shelf")
    (workplace / "scans/book.yaml").write_text("pages: 2-3\n")
    run = snakemake(
        workplace,
        "--verbose",
        "--profile",
        "profiles/kubernetes",
        "--seconds-between-status-checks",
        "2",
        "out/book/",
    )
    assert run.returncode == 0, run.stderr
    assert "Trying to restart" in run.stdout + run.stderr
    assert (workplace / "out/book/pages/0002.txt").read_text()
    sent = [json.loads(path.read_text()) for path in sorted(jobs.glob("*.json"))]
    assert len(sent) == 4  # inventory, the shard twice, assemble
    for job in sent:
        (container,) = job["spec"]["template"]["spec"]["containers"]
        assert (
            container["workingDir"] == container["volumeMounts"][0]["mountPath"] == str(workplace)
        )
        assert job["spec"]["template"]["spec"]["volumes"][0]["persistentVolumeClaim"] == {
            "claimName": "shelf"
        }
    assert (
        "M"
        in sent[1]["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["memory"]
    )


@pytest.mark.parametrize(
    ("code", "answer", "expected"),
    [
        (0, {"active": 1}, "running"),
        (0, {}, "running"),
        (0, {"succeeded": 1}, "success"),
        (0, {"conditions": [{"type": "Complete", "status": "True"}]}, "success"),
        (0, {"failed": 1}, "failed"),
        (0, {"conditions": [{"type": "Failed", "status": "True"}]}, "failed"),
        (1, 'Error from server (NotFound): jobs.batch "recto-x" not found', "failed"),
        (1, "Unable to connect to the server: i/o timeout", "running"),
    ],
)
def test_states_of_a_job(code: int, answer: object, expected: str) -> None:
    """A job that failed would be waited for without end."""
    text = json.dumps({"status": answer}) if code == 0 else ""
    assert state(subprocess.CompletedProcess([], code, text, str(answer))) == expected
