"""What the rules ask for their inputs, parameters and resources."""

from os.path import exists

from stages.warm import start as start_warm_parent
from stages.workflow import (
    Workflow,
    all_scans,
    drawable_recipes,
    model_path,
    scan_folder,
    scan_hash,
    shard_megabytes,
    shard_names,
)

recto = Workflow(config)
DRAWN = drawable_recipes()
PYTHON = sys.executable


# digitizing


def inventory_options(wildcards):
    return recto.inventory_options(wildcards.book)


def recognize_options(wildcards):
    return recto.recognize_options(wildcards.book)


def deskew_options(wildcards):
    return "" if recto.config.deskew else "--no-deskew"


def assemble_options(wildcards):
    return recto.assemble_options(wildcards.book)


def lexicon_hash(wildcards):
    return recto.lexicon_hash(wildcards.book)


def model_folder(wildcards):
    return recto.model(wildcards.book)


def model_hash(wildcards):
    return recto.model_hash(wildcards.book)


def language_hash(wildcards):
    return recto.language_hash(wildcards.book)


def language(wildcards):
    return recto.lang(wildcards.book)


def book_settings(wildcards):
    return recto.settings(wildcards.book)


def hash_of_scan(wildcards):
    return scan_hash(wildcards.book)


def page_memory(wildcards):
    return shard_megabytes(f"work/{wildcards.book}/shards/{wildcards.shard}.json")


def scans_folder(wildcards):
    return scan_folder(wildcards.book)


def claim(wildcards):
    # a job on another node parses the rules again, below the run that holds the lock
    if workflow.is_main_process:
        recto.claim(wildcards.book)
    return wildcards.book


def whole_shelf(wildcards):
    return [f"out/{name}" for name in all_scans()]


def exported_shards(wildcards):
    manifest = checkpoints.inventory.get(book=wildcards.book).output.manifest
    return [f"work/{wildcards.book}/export/{shard}" for shard in shard_names(manifest)]


def drawn_pictures(wildcards):
    # the report alone needs them: there is no such input where it is not asked for
    if "report" not in recto.config.outputs:
        return []
    manifest = checkpoints.inventory.get(book=wildcards.book).output.manifest
    return [
        f"work/{wildcards.book}/pictures/{shard}" for shard in shard_names(manifest)
    ]


# lexicons and language models


def corpus(wildcards):
    if not recto.config.corpus:
        raise WorkflowError(
            "no corpus given; add: --config corpus=DIR (a folder of .txt or .txt.gz files)"
        )
    return recto.config.corpus


# training data and recognizers


def training_shares(wildcards):
    return recto.training_shares(wildcards.name)


def missing_sets(wildcards):
    return recto.missing_sets(wildcards.name)


def training_options(wildcards):
    return recto.training_options(wildcards.name)


def recipe_of(wildcards):
    return recto.recipe(wildcards.name)


def test_set(wildcards):
    return recto.test_set(wildcards.name)


def transcription(wildcards):
    return recto.transcription(wildcards.book)


def model_card(wildcards):
    card = f"docs/cards/{wildcards.name}.md"
    return [f"--card={card}"] if exists(card) else []


# evaluation


def transcribed_work(wildcards):
    return [f"work/{book}" for book in recto.transcribed_books(wildcards.name)]


def transcribed_outputs(wildcards):
    return [f"out/{book}" for book in recto.transcribed_books(wildcards.name)]
