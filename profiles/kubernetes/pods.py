"""Submit, ask after and cancel the jobs of Snakemake's cluster-generic executor as Jobs of
Kubernetes, by kubectl.

Every pod mounts the volume claim at the path of the checkout, so that all of them see the same
scans/, work/ and out/. Set by
the environment: RECTO_IMAGE (container image, default recto:latest), RECTO_CLAIM (volume claim,
default recto), RECTO_NAMESPACE. Needs Python's standard library and kubectl alone. Called by
config.yaml beside it; docs/clusters.md tells how to use it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def job_manifest(
    script: str, cpus: int, megabytes: int, minutes: int, checkout: Path
) -> dict[str, Any]:
    """A Job (batch/v1) that runs a job script once, where `checkout` is the claim's mount path:
    Snakemake does the retries."""
    resources = {"cpu": str(cpus), "memory": f"{megabytes}M"}
    container = {
        "name": "recto",
        "image": os.environ.get("RECTO_IMAGE", "recto:latest"),
        "command": ["bash", "-c", script],
        "workingDir": str(checkout),
        "resources": {"requests": resources, "limits": {"memory": resources["memory"]}},
        "volumeMounts": [{"name": "checkout", "mountPath": str(checkout)}],
    }
    claim = {"claimName": os.environ.get("RECTO_CLAIM", "recto")}
    pod = {
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": [{"name": "checkout", "persistentVolumeClaim": claim}],
    }
    spec = {
        "backoffLimit": 0,
        "activeDeadlineSeconds": 60 * minutes,
        "ttlSecondsAfterFinished": 86_400,
        "template": {"spec": pod},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"generateName": "recto-"},
        "spec": spec,
    }


def kubectl(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run kubectl in the namespace."""
    namespace = os.environ.get("RECTO_NAMESPACE")
    where = ["--namespace", namespace] if namespace else []
    return subprocess.run(
        ["kubectl", *where, *arguments], input=given, capture_output=True, text=True, timeout=120
    )


def state(answer: subprocess.CompletedProcess[str]) -> str:
    """What cluster-generic wants to hear of a job: running, success or failed.

    A server that does not answer says nothing of the job; a job that is gone was deleted by
    somebody.
    """
    if answer.returncode:
        return "failed" if "NotFound" in answer.stderr else "running"
    status = json.loads(answer.stdout).get("status", {})
    conditions = {c["type"] for c in status.get("conditions", []) if c.get("status") == "True"}
    if status.get("succeeded") or "Complete" in conditions:
        return "success"
    return "failed" if "Failed" in conditions or status.get("failed") else "running"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    submit = actions.add_parser("submit", help="start a job; prints its name")
    submit.add_argument("--cpus", type=int, default=1)
    submit.add_argument("--memory", type=int, default=500, help="MB")
    submit.add_argument("--minutes", type=int, default=120)
    submit.add_argument("script", type=Path, help="job script that Snakemake wrote")
    actions.add_parser("status", help="running, success or failed").add_argument("job")
    actions.add_parser("cancel", help="end jobs").add_argument("jobs", nargs="+")
    options = parser.parse_args()
    if options.action == "status":
        print(state(kubectl("get", options.job, "--output", "json")))
        return
    if options.action == "cancel":
        answer = kubectl("delete", "--wait=false", "--ignore-not-found", *options.jobs)
    else:
        text = options.script.read_text(encoding="utf-8")
        manifest = job_manifest(text, options.cpus, options.memory, options.minutes, Path.cwd())
        answer = kubectl(
            "create", "--filename", "-", "--output", "name", given=json.dumps(manifest)
        )
    if answer.returncode:
        sys.exit(f"recto: kubectl failed: {answer.stderr.strip()}")
    print(answer.stdout.strip())


if __name__ == "__main__":
    main()
