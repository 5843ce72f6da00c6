"""Bootstrapping: read books, align them with their texts, train, read again. snakemake --cores 8 eval/NAME.rounds.tsv"""

ASIDE = 8  # one page of so many teaches nothing: the rounds are measured on it


rule reread:
    input:
        model="work/train/rounds/{name}/{round}/model",
        book="out/{book}",
    output:
        directory("work/train/rounds/{name}/{round}/read/{book}"),
    log:
        "work/log/reread/{name}/{round}/{book}.log",
    benchmark:
        "work/benchmark/reread/{name}/{round}/{book}.tsv"
    wildcard_constraints:
        name="[^/]+",
        round="[0-9]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        python=PYTHON,
        work="work/{book}",
        settings=settings_of("recognize"),
    shell:
        "{params.python} -m stages.reread {params.work:q} {output:q} --settings {params.settings:q} --model {input.model:q}"
        " 2> >(tee {log:q} >&2)"


rule align_round:
    input:
        round_reading,
    output:
        lines=directory("work/train/rounds/{name}/{round}/aligned/{book}.lmdb"),
        report="work/train/rounds/{name}/{round}/aligned/{book}.json",
    log:
        "work/log/align_round/{name}/{round}/{book}.log",
    benchmark:
        "work/benchmark/align_round/{name}/{round}/{book}.tsv"
    wildcard_constraints:
        name="[^/]+",
        round="[0-9]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        python=PYTHON,
        work=round_work,
        truth=transcription,
        password="--password-from=scans/{book}.yaml",
        aside=ASIDE,
    shell:
        "{params.python} -m stages.align {params.work:q} {params.truth:q} {output.lines:q} {params.password:q}"
        " --aside {params.aside} --report {output.report:q} > >(tee {log:q}) 2> >(tee -a {log:q} >&2)"


rule train_round:
    input:
        round_sets,
    output:
        "work/train/rounds/{name}/{round}/weights.safetensors",
    log:
        "work/log/train_round/{name}/{round}.log",
    benchmark:
        "work/benchmark/train_round/{name}/{round}.tsv"
    wildcard_constraints:
        name="[^/]+",
        round="[0-9]+",
    conda:
        "../../environment.yml"
    threads: workflow.cores
    resources:
        mem_mb=4000,
    params:
        python=PYTHON,
        options=round_options,
        build="work/train/rounds/{name}/{round}/checkpoints",
    shell:
        "{params.python} -m stages.train {output:q} --lines {input:q} {params.options:q} --build {params.build:q}"
        " --threads {threads} 2> >(tee {log:q} >&2)"


rule round_model:
    input:
        "work/train/rounds/{name}/{round}/weights.safetensors",
    output:
        directory("work/train/rounds/{name}/{round}/model"),
    log:
        "work/log/round_model/{name}/{round}.log",
    benchmark:
        "work/benchmark/round_model/{name}/{round}.tsv"
    wildcard_constraints:
        name="[^/]+",
        round="[0-9]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        python=PYTHON,
        recipe=recipe_of,
        log="work/train/rounds/{name}/{round}/checkpoints/log.csv",
    shell:
        "{params.python} -m stages.export_model {input:q} {output:q} --recipe {params.recipe} --log {params.log:q}"
        " 2> >(tee {log:q} >&2)"


rule rounds:
    input:
        round_reports,
    output:
        "eval/{name}.rounds.tsv",
    log:
        "work/log/rounds/{name}.log",
    benchmark:
        "work/benchmark/rounds/{name}.tsv"
    wildcard_constraints:
        name="[^/]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        python=PYTHON,
        folder="work/train/rounds/{name}",
        books=round_books,
        rounds=recto.config.rounds,
        truth=recto.config.transcriptions,
        aside=ASIDE,
    shell:
        "{params.python} -m stages.rounds {output:q} {params.folder:q} {params.books:q} --rounds {params.rounds}"
        " --aside {params.aside} --transcriptions {params.truth:q} > >(tee {log:q}) 2> >(tee -a {log:q} >&2)"
