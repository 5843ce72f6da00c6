"""Training data, recognizers and the sample. Builds and checkpoints lie in work/train/, where an interrupted job goes on."""

# of sets that name none themselves
TEXT_LANGUAGE = (
    "eng" if recto.config.lang == "auto" else recto.config.lang.split("+")[0]
)


rule synthetic_lines:
    output:
        update(directory("data/{name}.lmdb")),
    log:
        "work/log/synthetic_lines/{name}.log",
    benchmark:
        "work/benchmark/synthetic_lines/{name}.tsv"
    wildcard_constraints:
        name="[^/]+",
    conda:
        "../../environment.yml"
    threads: workflow.cores
    resources:
        mem_mb=3000,
    params:
        python=PYTHON,
        corpus=corpus_option,
        recipe=recipe_of,
        words=f"lexicons/{TEXT_LANGUAGE}.txt",
        amount=recto.config.synthesis.lines,
        seed=recto.config.synthesis.seed,
        long_s=recto.config.synthesis.long_s,
        build="work/train/{name}.lmdb",
    shell:
        "{params.python} -m stages.synthesize {output:q} {params.corpus:q} --recipe {params.recipe} --words {params.words:q} --count {params.amount}"
        " --seed {params.seed} --long-s {params.long_s} --processes {threads} --build {params.build:q} 2> >(tee {log:q} >&2)"


rule declared_set:
    output:
        update(directory("data/{name}/{set}.lmdb")),
    log:
        "work/log/declared_set/{name}/{set}.log",
    benchmark:
        "work/benchmark/declared_set/{name}/{set}.tsv"
    wildcard_constraints:
        name="|".join(WITH_SETS),
        set="[^/.]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=3000,
    params:
        python=PYTHON,
        command=set_command,
    shell:
        "{params.python} -m {params.command:q} -- {output:q} 2> >(tee {log:q} >&2)"


rule drawn_sets:
    output:
        update(directory("data/{name}")),
    log:
        "work/log/drawn_sets/{name}.log",
    benchmark:
        "work/benchmark/drawn_sets/{name}.tsv"
    wildcard_constraints:
        name="|".join(DRAWN),
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        python=PYTHON,
        words=f"lexicons/{TEXT_LANGUAGE}.txt",
        seed=recto.config.synthesis.seed,
    shell:
        "{params.python} -m stages.draw {output:q} --recipe {wildcards.name} --words {params.words:q} --seed {params.seed}"
        " 2> >(tee {log:q} >&2)"


rule aligned_lines:
    input:
        "out/{book}",
    output:
        update(directory("data/aligned/{book}.lmdb")),
    log:
        "work/log/aligned_lines/{book}.log",
    benchmark:
        "work/benchmark/aligned_lines/{book}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        python=PYTHON,
        truth=transcription,
        corrections="--corrections=scans/{book}.corrections.json",
        corrections_hash=corrections_hash,
        password="--password-from=scans/{book}.yaml",
    shell:
        "{params.python} -m stages.align work/{wildcards.book:q} {params.truth:q} {output:q} {params.corrections:q} {params.password:q}"
        " > >(tee {log:q}) 2> >(tee -a {log:q} >&2)"


rule train:
    input:
        missing_sets,
    output:
        "work/train/{name}.safetensors",
    log:
        "work/log/train/{name}.log",
    benchmark:
        "work/benchmark/train/{name}.tsv"
    conda:
        "../../environment.yml"
    threads: workflow.cores
    resources:
        mem_mb=4000,
    params:
        python=PYTHON,
        lines=learnt_from,
        options=training_options,
        build="work/train/checkpoints/{name}",
    shell:
        "{params.python} -m stages.train {output:q} {params.lines:q} {params.options:q} --build {params.build:q}"
        " --threads {threads} 2> >(tee {log:q} >&2)"


rule model:
    input:
        "work/train/{name}.safetensors",
    output:
        update(directory("models/{name}")),
    log:
        "work/log/model/{name}.log",
    benchmark:
        "work/benchmark/model/{name}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        python=PYTHON,
        card=model_card,
        recipe=recipe_of,
        test=test_set,
        log="work/train/checkpoints/{name}/log.csv",
    shell:
        "{params.python} -m stages.export_model {input:q} {output:q} --recipe {params.recipe} {params.card:q} {params.test:q} --log {params.log:q}"
        " 2> >(tee {log:q} >&2)"


rule sample:
    output:
        pdf="scans/book.pdf",
        truth=update(directory("tests/data/book.gt")),
    log:
        "work/log/sample.log",
    benchmark:
        "work/benchmark/sample.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        python=PYTHON,
        seed=recto.config.synthesis.seed,
    shell:
        "{params.python} -m stages.sample {output.pdf:q} {output.truth:q} --seed {params.seed} 2> >(tee {log:q} >&2)"
