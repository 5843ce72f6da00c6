"""Word lists and language models, from any folder of text: snakemake lexicons/deu.klm --config corpus=DIR"""


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


rule language:
    input:
        tools="build/kenlm",
    output:
        words="lexicons/{lang}.txt",
        model="lexicons/{lang}.klm",
        characters="lexicons/{lang}.chars.klm",
    log:
        "work/log/language/{lang}.log",
    benchmark:
        "work/benchmark/language/{lang}.tsv"
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
        prefix="lexicons/{lang}",
    shell:
        "{params.python} -m stages.lexicon {params.corpus:q} {params.prefix:q} --tools {input.tools:q} 2> >(tee {log:q} >&2)"
