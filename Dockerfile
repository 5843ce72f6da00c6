# One image of Recto, with the command `recto`:
#   docker build --tag recto .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/scans:/scans" -v "$PWD/out:/out" recto
# Where there is no Docker, `python -m bench.image DIR` runs the same steps into a folder.
FROM debian:bookworm-slim AS build
WORKDIR /source
COPY stages/setup.sh stages/setup.sh
RUN bash stages/setup.sh apt poppler-utils g++ cmake make python3-venv python3-dev
COPY Snakefile config.yaml environment.yml pyproject.toml requirements.lock README.md LICENSE LICENSE-DATA.md ./
COPY profiles profiles
COPY models/print-latin models/print-latin
COPY models/hand-en models/hand-en
COPY lexicons lexicons
COPY scans/book.pdf scans/book.pdf
COPY recto recto
COPY snakemake_logger_plugin_recto snakemake_logger_plugin_recto
COPY pipeline pipeline
COPY stages stages
RUN python3 -m venv /opt/recto
# pyctcdecode asks for numpy 1, and so for the last OpenCV that takes it: these two are not those of the lock
RUN grep -vE '^(numpy|opencv)' requirements.lock > pinned.txt
RUN /opt/recto/bin/python -m pip install --quiet --no-cache-dir --constraint pinned.txt .

FROM debian:bookworm-slim
COPY stages/setup.sh /tmp/setup.sh
RUN bash /tmp/setup.sh apt poppler-utils python3
COPY --from=build /opt/recto /opt/recto
RUN useradd --uid 1000 --create-home recto
# whichever user it runs as (--user), there is a home that can be written
ENV HOME=/tmp PATH=/opt/recto/bin:/usr/bin:/bin LANG=C.UTF-8
USER recto
ENTRYPOINT ["recto"]
CMD ["read", "/scans", "/out"]
