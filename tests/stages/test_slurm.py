"""Digitizing through a real Slurm of one node, where it is installed (Debian: slurm-wlm, munge)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Snakemake

DAEMONS = ("munged", "slurmctld", "slurmd")
CLIENTS = ("sbatch", "srun", "squeue", "scancel", "sinfo", "scontrol", "sacct")
CONFIGURATION = """
ClusterName=recto
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
KillWait=5
MinJobAge=600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=8000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


@pytest.fixture
def slurm(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A cluster of this machine, its commands first on PATH; everything that it writes is in a
    folder of the test."""
    missing = [name for name in (*DAEMONS, *CLIENTS) if program(name) is None]
    if (
        missing
        or importlib.util.find_spec("snakemake_executor_plugin_slurm") is None
        or os.geteuid() != 0
    ):
        pytest.skip(
            f"no Slurm to test with: {', '.join(missing) or 'no plugin, or not root'} (Debian: "
            "slurm-wlm, munge)"
        )
    folder = tmp_path_factory.mktemp("slurm")
    for name in ("munge", "state", "spool", "bin"):
        (folder / name).mkdir(mode=0o700)
    (folder / "munge/key").write_bytes(os.urandom(1024))
    (folder / "munge/key").chmod(0o600)
    host = socket.gethostname().split(".")[0]
    text = CONFIGURATION.format(
        host=host, folder=folder, ports=free_ports(), cores=os.cpu_count() or 1
    )
    (folder / "slurm.conf").write_text(text)
    for (
        name
    ) in CLIENTS:  # jobs do not inherit SLURM_CONF: the commands that they find set it themselves
        (folder / "bin" / name).write_text(
            f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {program(name)} "$@"\n'
        )
        (folder / "bin" / name).chmod(0o755)
    munge = [
        f"--{key}={folder}/munge/{key.split('-')[0]}"
        for key in ("key-file", "socket", "pid-file", "log-file", "seed-file")
    ]
    environment = os.environ | {"SLURM_CONF": f"{folder}/slurm.conf"}
    commands = (
        ["munged", "--foreground", "--force", *munge],
        ["slurmctld", "-D"],
        ["slurmd", "-D"],
    )
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        for name, *arguments in commands:
            daemons.append(
                subprocess.Popen(
                    [program(name) or name, *arguments],
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            time.sleep(1.5)
        monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")
        wait_for(lambda: "idle" in output("sinfo", "-h", "-o", "%T"), 30, "the node is not idle")
        yield
    finally:
        for daemon in reversed(daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in reversed(daemons):
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout


def wait_for(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(complaint)
        time.sleep(0.3)


def delivery(place: Path) -> dict[str, bytes]:
    files = (p for p in (place / "out/book").rglob("*") if p.is_file() and p.name != "run.json")
    return {str(p.relative_to(place)): p.read_bytes() for p in files}


@pytest.mark.long
def test_slurm_delivers_the_same_and_a_cancelled_job_is_tried_again(
    slurm: None, workplace: Path, sample_pdf: Path, snakemake: Snakemake
) -> None:
    """A cluster would deliver other bytes than one machine, or lose the pages of a cancelled
    job."""
    (workplace / "scans/book.yaml").write_text("pages: 2-5\n")
    assert snakemake(workplace, "out/book/").returncode == 0
    expected = delivery(workplace)
    assert {"out/book/pages/0001.hocr", "out/book/pages/0004.txt"} <= set(expected)
    shutil.rmtree(workplace / "out")
    shutil.rmtree(workplace / "work")
    command = [
        str(Path(sys.executable).with_name("snakemake")),
        "--verbose",
        "--profile",
        "profiles/slurm",
        "--slurm-status-command",
        "squeue",
        "--slurm-init-seconds-before-status-checks",
        "2",
        "--slurm-no-account",
        "out/book/",
    ]
    run = subprocess.Popen(
        command, cwd=workplace, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    wait_for(
        lambda: (workplace / "work/book/manifest.json").exists(), 120, "the inventory was not made"
    )
    wait_for(
        lambda: "shard" in output("squeue", "-h", "-t", "R", "-o", "%k %j"),
        120,
        "no shard is running",
    )
    for job in output("squeue", "-h", "-t", "R", "-o", "%i").split():
        subprocess.run(["scancel", job], check=True)
    text, _ = run.communicate(timeout=400)
    assert run.returncode == 0, text
    assert "Trying to restart" in text
    assert delivery(workplace) == expected
