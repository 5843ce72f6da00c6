"""What the rules ask for their inputs, parameters and resources."""

from functools import wraps
from os.path import exists
from pathlib import Path
from shlex import quote

from pipeline.errors import RectoError
from pipeline.sandbox import ADVICE as SANDBOX_ADVICE
from pipeline.sandbox import sandbox_works
from stages.plan.footing import check_place, check_writable
from stages.plan.tasks_ahead import TasksAhead
from stages.warm_start import start as start_warm_parent
from stages.workflow import (
    Workflow,
    drawable_recipes,
    recipes_with_sets,
    scan_folder,
    scan_hash,
    shard_megabytes,
    shard_names,
)

try:
    recto = Workflow(config)
    if workflow.is_main_process:
        check_place(Path.cwd())
        check_writable(map(Path, ("out", "work", ".snakemake")))
except RectoError as error:
    print(f"recto: {error}", file=sys.stderr)
    sys.exit(error.exit_code)

DRAWN, WITH_SETS = drawable_recipes(), recipes_with_sets()
PYTHON = quote(sys.executable)
BACKED_UP = set()

if workflow.is_main_process:
    # told with the bar of progress (snakemake_logger_plugin_recto)
    workflow.logger_manager.logger.addFilter(TasksAhead(workflow))


# digitizing: none of these raises because of one book (stages/plan/books.py)


def refusal(wildcards):
    # a job on another node parses the rules again, below the run that claims the books
    if not workflow.is_main_process:
        return []
    if wildcards.book not in BACKED_UP:
        # Snakemake's copy of an earlier delivery, left by a run that was killed, is in the way
        BACKED_UP.add(wildcards.book)
        workflow.persistence.cleanup_backup(Path(f"out/{wildcards.book}"))
    return recto.books.refusal(wildcards.book)


def complaint(wildcards):
    return recto.books.complaint(wildcards.refused)


def settings_of(stage):
    def settings(wildcards):
        return recto.books.stage_settings(wildcards.book, stage)

    return settings


def lexicon_hash(wildcards):
    return recto.books.lexicon_hash(wildcards.book)


def model_hash(wildcards):
    return recto.books.model_hash(wildcards.book)


def language_hash(wildcards):
    return recto.books.language_hash(wildcards.book)


def corrections_hash(wildcards):
    return recto.books.corrections_hash(wildcards.book)


def record(wildcards):
    return recto.books.record(wildcards.book)


def hash_of_scan(wildcards):
    return scan_hash(wildcards.book)


def page_memory(wildcards, attempt):
    # a job that a cluster ended is given more
    return attempt * shard_megabytes(
        f"work/{wildcards.book}/shards/{wildcards.shard}.json"
    )


def scans_folder(wildcards):
    return scan_folder(wildcards.book)


def whole_shelf(wildcards):
    return recto.books.shelf_targets()


def exported_shards(wildcards):
    if refused := refusal(wildcards):
        return refused
    manifest = checkpoints.inventory.get(book=wildcards.book).output.manifest
    return [f"work/{wildcards.book}/export/{shard}" for shard in shard_names(manifest)]


def drawn_pictures(wildcards):
    # the report alone needs them: there is no such input where it is not asked for
    if "report" not in recto.books.settings(wildcards.book).outputs or refusal(
        wildcards
    ):
        return []
    manifest = checkpoints.inventory.get(book=wildcards.book).output.manifest
    return [
        f"work/{wildcards.book}/pictures/{shard}" for shard in shard_names(manifest)
    ]


def clearly(function):
    # an error of Recto's own is told by its message and remedy, without the place in the code
    @wraps(function)
    def asked(wildcards):
        try:
            return function(wildcards)
        except RectoError as error:
            raise WorkflowError(str(error)) from None

    return asked


# lexicons and language models


def corpus_option(wildcards):
    # without one, the texts of lines are drawn from the released language models
    return [f"--corpus={recto.config.corpus}"] if recto.config.corpus else []


def corpus(wildcards):
    if not recto.config.corpus:
        raise WorkflowError(
            "no corpus given; add, behind what is to be made: --config corpus=DIR (a folder of .txt or .txt.gz files)"
        )
    return recto.config.corpus


# training data and recognizers


@clearly
def learnt_from(wildcards):
    return recto.training.learnt_from(wildcards.name)


@clearly
def set_command(wildcards):
    return recto.training.set_command(wildcards.name, wildcards.set)


@clearly
def missing_sets(wildcards):
    return recto.training.missing_sets(wildcards.name)


@clearly
def training_options(wildcards):
    return recto.training.training_options(wildcards.name)


@clearly
def recipe_of(wildcards):
    return recto.training.recipe(wildcards.name)


@clearly
def test_set(wildcards):
    return recto.training.test_set(wildcards.name)


@clearly
def transcription(wildcards):
    return recto.training.transcription(wildcards.book)


def model_card(wildcards):
    card = f"docs/cards/{wildcards.name}.md"
    return [f"--card={card}"] if exists(card) else []


# rounds of reading, aligning and training


@clearly
def round_reading(wildcards):
    return recto.rounds.reading(wildcards.name, int(wildcards.round), wildcards.book)


def round_work(wildcards):
    # what was digitized is read in work/, what a round read lies where it was written
    reading = round_reading(wildcards)
    return f"work/{wildcards.book}" if reading.startswith("out/") else reading


@clearly
def round_sets(wildcards):
    return recto.rounds.sets(wildcards.name, int(wildcards.round))


@clearly
def round_options(wildcards):
    return recto.rounds.training_options(wildcards.name)


@clearly
def round_reports(wildcards):
    return recto.rounds.reports(wildcards.name)


@clearly
def round_books(wildcards):
    return recto.rounds.books


# evaluation


@clearly
def transcribed_work(wildcards):
    return [f"work/{book}" for book in recto.training.transcribed_books(wildcards.name)]


@clearly
def evaluation_options(wildcards):
    return recto.training.evaluation_options(wildcards.name)


@clearly
def transcribed_outputs(wildcards):
    return [f"out/{book}" for book in recto.training.transcribed_books(wildcards.name)]


def tell_of_the_archive():
    # a workplace that holds no scans is one for training: what lies beside it is no archive
    if any(Path("scans").glob("*")):
        shell("{PYTHON} -m stages.archive")
