"""Scores of a recognizer on digitized books that have a true text and on true lines and pages; what the language model changed."""


rule evaluate:
    input:
        transcribed_outputs,
    output:
        update(directory("eval/{name}")),
    log:
        "work/log/evaluate/{name}.log",
    benchmark:
        "work/benchmark/evaluate/{name}.tsv"
    wildcard_constraints:
        name=r"[^/]+(?<!\.tsv)",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=3000,
    params:
        python=PYTHON,
        books=transcribed_work,
        truth=recto.config.transcriptions,
        options=evaluation_options,
    shell:
        "{params.python} -m stages.evaluate {output:q} {params.books:q} --transcriptions {params.truth:q} {params.options:q}"
        " > >(tee {log:q}) 2> >(tee -a {log:q} >&2)"


rule audit:
    input:
        transcribed_outputs,
    output:
        "eval/{name}.audit.tsv",
    log:
        "work/log/audit/{name}.log",
    benchmark:
        "work/benchmark/audit/{name}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        python=PYTHON,
        books=transcribed_work,
        truth=recto.config.transcriptions,
    shell:
        "{params.python} -m stages.audit {output:q} {params.books:q} --transcriptions {params.truth:q}"
        " > >(tee {log:q}) 2> >(tee -a {log:q} >&2)"
