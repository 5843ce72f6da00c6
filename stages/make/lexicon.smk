"""Lexicons and language models, from any folder of text: snakemake lexicons/eng.klm --config corpus=DIR"""


rule kenlm_tools:
    output:
        directory("build/kenlm"),
    log:
        "work/log/kenlm_tools.log",
    benchmark:
        "work/benchmark/kenlm_tools.tsv"
    conda:
        "../../environment.yml"
    threads: 2
    resources:
        mem_mb=3000,
    params:
        python=PYTHON,
    shell:
        "{params.python} -m stages.kenlm_tools {output:q} --jobs {threads} 2> >(tee {log:q} >&2)"


rule lexicon:
    output:
        "lexicons/{lang}.txt",
    log:
        "work/log/lexicon/{lang}.log",
    benchmark:
        "work/benchmark/lexicon/{lang}.tsv"
    wildcard_constraints:
        lang="[a-z_]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        python=PYTHON,
        corpus=corpus,
    shell:
        "{params.python} -m stages.lexicon words {params.corpus:q} {output:q} 2> >(tee {log:q} >&2)"


rule language_model:
    input:
        tools="build/kenlm",
    output:
        "lexicons/{lang}.klm",
    log:
        "work/log/language_model/{lang}.log",
    benchmark:
        "work/benchmark/language_model/{lang}.tsv"
    wildcard_constraints:
        lang="[a-z_]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=3000,
    params:
        python=PYTHON,
        corpus=corpus,
    shell:
        "{params.python} -m stages.lexicon model {params.corpus:q} {output:q} --tools {input.tools:q} 2> >(tee {log:q} >&2)"
