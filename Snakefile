"""Recto: scans in, hOCR and text out. `snakemake --cores 8 out/book/` digitizes scans/book.pdf; see README.md."""

import sys

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


wildcard_constraints:
    book=r"[^/.][^/]*(?:/[^/.][^/]*)*",
    shard=r"[0-9]+-[0-9]+",
    refused=r"[0-9a-f]{16}",


include: "stages/common.smk"


rule all:
    default_target: True
    input:
        whole_shelf,
        "out/archive.tsv",


include: "stages/digitize/rules.smk"
include: "stages/make/lexicon.smk"
include: "stages/make/models.smk"
include: "stages/make/rounds.smk"
include: "stages/judge/rules.smk"


onstart:
    # Snakemake's limit of jobs a second, on by default, wakes the scheduler once more a second for every job that has ended:
    # after some hundreds of jobs that takes a third of a core. Recto's jobs take seconds to minutes and need no such limit.
    # No option of Snakemake switches it off (a limit is a number of jobs a time, and wakes it as often).
    workflow.scheduler.job_rate_limiter = None
    # jobs of this machine are forked from one process that has imported what they need; those of a cluster run by themselves
    if workflow.is_main_process and workflow.local_exec:
        start_warm_parent()
    if workflow.is_main_process and not sandbox_works():
        logger.info(f"recto: {SANDBOX_ADVICE}")


onsuccess:
    tell_of_the_archive()


onerror:
    tell_of_the_archive()
