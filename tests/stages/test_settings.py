"""A setting is said once: the docs, config.yaml and the stages' options hold what the models say,
and a stage is handed what it reads."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.book_config import BookConfig, BookSettings, settle
from pipeline.config import Config, parse_config
from pipeline.config_complaints import nearest_key, setting_fields
from pipeline.errors import ConfigError
from stages import command
from stages.settings import READS, add_settings, as_typed, read_settings, stage_settings
from tests.conftest import ROOT

Stage = Callable[..., subprocess.CompletedProcess[str]]


def test_the_docs_list_each_setting_with_its_default_and_meaning() -> None:
    """A reader would set a key that there is not, or trust in another default."""
    section = (ROOT / "docs" / "configuration.md").read_text()
    rows = re.findall(r"^\| `([\w.]+)` \| (.*?) \| (.*) \|$", section, re.MULTILINE)
    assert [(name, meaning) for name, _, meaning in rows] == [
        (name, field.description) for name, field in setting_fields(Config)
    ]
    fields = dict(setting_fields(Config))
    for name, default, _ in rows:
        value = yaml.safe_load(default.strip("`")) if default else ""
        expected = fields[name].default
        assert (tuple(value) if isinstance(value, list) else value) == expected, name


def test_config_yaml_holds_the_defaults_and_says_what_they_mean() -> None:
    """The file that everyone edits would not be what is read where it is not there."""
    text = (ROOT / "config.yaml").read_text()
    raw = yaml.safe_load(text)
    assert parse_config(raw) == Config()
    names = [
        f"{key}.{inner}" if isinstance(value, dict) else key
        for key, value in raw.items()
        for inner in (value if isinstance(value, dict) else [""])
    ]
    assert names == [name for name, _ in setting_fields(Config)]
    comments = re.findall(r"^ *\w+: \S.*? +# (.*)$", text, re.MULTILINE)
    meanings = [str(field.description).replace("`", "") for _, field in setting_fields(Config)]
    assert comments == meanings


@pytest.mark.parametrize("stage_name", READS)
def test_a_stage_says_in_its_help_what_it_reads(stage_name: str, stage: Stage) -> None:
    """Called by hand, a stage would hide what it can be told."""
    run = stage(stage_name, "--help")
    assert run.returncode == 0, run.stderr
    shown = " ".join(run.stdout.split())
    for name, field in setting_fields(BookSettings):
        if name.partition(".")[0] in READS[stage_name]:
            option = f"--{name.rpartition('.')[2].replace('_', '-')}"
            meaning = str(field.description).replace("`", "").split("; ")[0]
            assert option in shown
            assert (as_typed(meaning, option) if field.annotation is bool else meaning) in shown


def test_a_stage_is_handed_what_it_reads_and_no_more() -> None:
    """A changed setting would do work again that does not depend on it."""
    plain = settle(Config(), BookConfig())
    other = settle(parse_config({"decoder": {"alpha": 0.31}}), BookConfig())
    changed = {s for s in READS if stage_settings(plain, s) != stage_settings(other, s)}
    assert changed == {"recognize", "evaluate"}
    other = settle(parse_config({"outputs": "all"}), BookConfig())
    changed = {s for s in READS if stage_settings(plain, s) != stage_settings(other, s)}
    assert changed == {"export", "assemble"}
    assert all(name in dict.fromkeys(BookSettings.model_fields) for s in READS for name in READS[s])


@pytest.mark.parametrize("stage_name", READS)
def test_what_a_stage_is_handed_is_what_it_reads(stage_name: str) -> None:
    """Settings would be lost between the plan and the stage."""
    config = parse_config(
        {"lang": "deu", "dpi": 200, "page_seconds": 7.5, "deskew": False, "outputs": "pdf",
         "decoder": {"beam": 3, "language_model": False}, "model": "models/other"}
    )  # fmt: skip
    settings = settle(config, BookConfig(pages="2-3"))
    parser = command.parser(None)
    add_settings(parser, stage_name)
    read = read_settings(parser.parse_args(["--settings", stage_settings(settings, stage_name)]))
    for name in READS[stage_name]:
        assert getattr(read, name) == getattr(settings, name)


def test_options_go_before_a_file_of_settings() -> None:
    """Who calls a stage by hand could not try one value on top of config.yaml."""
    parser = command.parser(None)
    add_settings(parser, "recognize")
    options = ["--settings", str(ROOT / "config.yaml"), "--alpha", "0.7", "--no-language-model"]
    decoder = read_settings(parser.parse_args(options)).decoder
    assert (decoder.alpha, decoder.beam, decoder.language_model) == (0.7, 16, False)
    with pytest.raises(ConfigError, match="alpha"):
        read_settings(parser.parse_args(["--alpha", "much"]))
    with pytest.raises(ConfigError, match="neither JSON nor a file"):
        read_settings(parser.parse_args(["--settings", "nowhere.yaml"]))


@pytest.mark.parametrize("name", ["page_seconds", "book_seconds", "book_megabytes"])
@pytest.mark.parametrize("value", [0, 1e12, float("inf")])
def test_no_limit_is_beyond_what_the_system_takes(name: str, value: float) -> None:
    """Whoever wanted no limit would have each page fail with an error of Recto's own."""
    with pytest.raises(ConfigError, match=name):
        parse_config({name: value})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shart", "shard"),
        ("output", "outputs"),
        ("alpha", "decoder.alpha"),
        ("alfa", "decoder.alpha"),
        ("decoder.alfa", "decoder.alpha"),
        ("runing_heads", "running_heads"),
        ("zzz", ""),
    ],
)
def test_an_unknown_key_brings_the_nearest(typed: str, meant: str) -> None:
    """A typo would cost a look into the docs."""
    assert nearest_key(typed, Config) == meant
    with pytest.raises(ConfigError) as caught:
        parse_config({typed: 1})
    assert caught.value.exit_code == 2
    assert f"there is no key {typed}" in caught.value.message
    assert (f"Did you mean {meant}?" in caught.value.remedy) == bool(meant)


def test_a_wrong_value_brings_what_its_key_takes() -> None:
    """A regular expression, or the names of all keys, would tell nobody what to write."""
    with pytest.raises(ConfigError) as caught:
        parse_config({"lang": "DEU", "outputs": "hocr,doc"})
    assert "lang: 'DEU' is no such value" in caught.value.message
    assert "`lang`: language of the text, such as `deu`" in caught.value.remedy
    assert "`outputs`: of `hocr`" in caught.value.remedy
    assert "Known keys" not in caught.value.remedy and "[a-z]" not in caught.value.message


def test_a_key_of_one_book_is_told_where_it_belongs() -> None:
    """Whoever wants some pages of a book would find no way to say so."""
    with pytest.raises(ConfigError) as caught:
        parse_config({"pages": "1-3"})
    assert "`pages` holds for one book" in caught.value.remedy


def test_a_key_of_a_section_may_be_written_with_a_point() -> None:
    """`decoder.alpha`, as the table of the docs has it, would be no key."""
    config = parse_config({"decoder": {"beam": 4, "alpha": 1}, "decoder.alpha": "0.5"})
    assert (config.decoder.alpha, config.decoder.beam) == (0.5, 4)
    with pytest.raises(ConfigError, match="decoder"):
        parse_config({"decoder": 3, "decoder.alpha": 0.5})


@hypothesis_settings(deadline=None)  # the machine may be busy
@given(st.dictionaries(st.text(max_size=12), st.one_of(st.integers(), st.text(), st.none())))
def test_any_configuration_is_validated_or_refused_by_name(raw: dict[str, object]) -> None:
    """A traceback would stand where a key should be named."""
    try:
        assert isinstance(parse_config(raw), Config)
    except ConfigError as error:
        assert error.remedy


def test_what_is_recorded_of_a_stage_is_json() -> None:
    """Snakemake compares it as text: the order of keys must not depend on the run."""
    text = stage_settings(settle(Config(), BookConfig()), "recognize")
    recorded = ["lang", "model", "writing", "page_seconds", "device", "decoder"]
    assert list(json.loads(text)) == recorded
