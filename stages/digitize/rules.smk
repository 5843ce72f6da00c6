"""The way of a page, from a scan to a delivery. Each rule calls the stage command of its name.

Scans, models and lexicons are no inputs but content hashes in `params`: what is done again depends on content alone, and a
rule that can make a model never runs behind a user's back.

The further a shard has come, the higher its priority: it is brought to its end before the next is begun, so that the disk holds
the rasters of a few shards and not those of the archive. Inventories come first of all: as long as one is to come, Snakemake
removes no temporary files.

What a job has cost, each command measures itself, exactly; there is no `benchmark:`, by which Snakemake looks now and then at
the processes below the shell (see docs/design.md).
"""


rule refusal:
    # its output is never made: it ends a book against which something stands, which no other job of the book gets past
    output:
        "work/.refused/{refused}",
    log:
        "work/.refused/{refused}.log",
    priority: 100
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=100,
    params:
        python=PYTHON,
        complaint=complaint,
    shell:
        "{params.python} -m stages.refuse {params.complaint:q} 2> >(tee {log:q} >&2)"


checkpoint inventory:
    input:
        refusal,
    output:
        manifest="work/{book}/manifest.json",
    log:
        "work/{book}/log/inventory.log",
    priority: 100
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/inventory.tsv",
        name="{book}",
        settings=settings_of("inventory"),
        password="--password-from=scans/{book}.yaml",
        scan=hash_of_scan,
        folder="work/{book}",
    shell:
        "{params.python} -m stages.inventory {params.benchmark:q} --settings {params.settings:q} {params.password:q} -- scans {params.name:q} {params.folder:q}"
        " 2> >(tee {log:q} >&2)"


rule rasterize:
    input:
        shard="work/{book}/shards/{shard}.json",
    output:
        temp(directory("work/{book}/raster/{shard}")),
    log:
        "work/{book}/log/rasterize/{shard}.log",
    priority: 10
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=page_memory,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/rasterize/{shard}.tsv",
        scans=scans_folder,
        password="--password-from=scans/{book}.yaml",
        settings=settings_of("rasterize"),
    shell:
        "{params.python} -m stages.rasterize {params.benchmark:q} {params.scans:q} {input.shard:q} {output:q} {params.password:q}"
        " --settings {params.settings:q} 2> >(tee {log:q} >&2)"


rule deskew:
    input:
        "work/{book}/raster/{shard}",
    output:
        temp(directory("work/{book}/upright/{shard}")),
    log:
        "work/{book}/log/deskew/{shard}.log",
    priority: 20
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=page_memory,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/deskew/{shard}.tsv",
        settings=settings_of("deskew"),
        model_hash=model_hash,
    shell:
        "{params.python} -m stages.deskew {params.benchmark:q} {input:q} {output:q} --settings {params.settings:q}"
        " 2> >(tee {log:q} >&2)"


rule segment:
    input:
        "work/{book}/upright/{shard}",
    output:
        directory("work/{book}/layout/{shard}"),
    log:
        "work/{book}/log/segment/{shard}.log",
    priority: 30
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=page_memory,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/segment/{shard}.tsv",
        settings=settings_of("segment"),
        model_hash=model_hash,
    shell:
        "{params.python} -m stages.segment {params.benchmark:q} {input:q} {output:q} --settings {params.settings:q}"
        " 2> >(tee {log:q} >&2)"


rule recognize:
    input:
        "work/{book}/layout/{shard}",
    output:
        directory("work/{book}/text/{shard}"),
    log:
        "work/{book}/log/recognize/{shard}.log",
    priority: 40
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=page_memory,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/recognize/{shard}.tsv",
        settings=settings_of("recognize"),
        model_hash=model_hash,
        language_hash=language_hash,
    shell:
        "{params.python} -m stages.recognize {params.benchmark:q} {input:q} {output:q} --threads {threads} --settings {params.settings:q}"
        " 2> >(tee {log:q} >&2)"


rule export:
    input:
        "work/{book}/text/{shard}",
    output:
        directory("work/{book}/export/{shard}"),
    log:
        "work/{book}/log/export/{shard}.log",
    priority: 50
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=300,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/export/{shard}.tsv",
        settings=settings_of("export"),
        corrections="--corrections=scans/{book}.corrections.json",
        inventory="--inventory=work/{book}/manifest.json",
        corrections_hash=corrections_hash,
    shell:
        "{params.python} -m stages.export {params.benchmark:q} {input:q} {output:q} --settings {params.settings:q}"
        " {params.corrections:q} {params.inventory:q} 2> >(tee {log:q} >&2)"


rule pictures:
    input:
        shard="work/{book}/shards/{shard}.json",
    output:
        directory("work/{book}/pictures/{shard}"),
    log:
        "work/{book}/log/pictures/{shard}.log",
    priority: 50
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=page_memory,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/pictures/{shard}.tsv",
        scans=scans_folder,
        password="--password-from=scans/{book}.yaml",
        settings=settings_of("pictures"),
    shell:
        "{params.python} -m stages.pictures {params.benchmark:q} {params.scans:q} {input.shard:q} {output:q} {params.password:q}"
        " --settings {params.settings:q} 2> >(tee {log:q} >&2)"


rule assemble:
    input:
        shards=exported_shards,
        pictures=drawn_pictures,
    output:
        # kept until the next is there: a person may have put files of their own into it
        update(directory("out/{book}")),
    log:
        "work/{book}/log/assemble.log",
    priority: 60
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=300,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/{book}/benchmark/assemble.tsv",
        inventory="work/{book}/manifest.json",
        settings=settings_of("assemble"),
        record=record,
        scan=hash_of_scan,
        scans=scans_folder,
        password="--password-from=scans/{book}.yaml",
        lexicon_hash=lexicon_hash,
        corrections="--corrections=scans/{book}.corrections.json",
        corrections_hash=corrections_hash,
        benchmarks="work/{book}/benchmark",
    shell:
        "{params.python} -m stages.assemble {params.benchmark:q} {params.inventory:q} {output:q} --shards {input.shards:q} --pictures {input.pictures:q}"
        " --settings {params.settings:q} --record {params.record:q} --scans {params.scans:q} {params.password:q} {params.corrections:q} --benchmarks {params.benchmarks:q} 2> >(tee {log:q} >&2)"


rule archive:
    input:
        whole_shelf,
    output:
        "out/archive.tsv",
    log:
        "work/log/archive.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=300,
    params:
        python=PYTHON,
        benchmark="--benchmark=work/benchmark/archive.tsv",
    shell:
        "{params.python} -m stages.archive {params.benchmark:q} {output:q} > /dev/null 2> >(tee {log:q} >&2)"
