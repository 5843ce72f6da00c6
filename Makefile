# Two commands do it all on a fresh Debian or Ubuntu: `make book` reads the sample, `make test` runs the tests.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := 2.13.0
# one mark for each build of torch, so that GPU=1 counts after a setup without it, too
READY := $(VENV)/.ready$(if $(filter 1,$(GPU)),-gpu)
APT_NEEDS := poppler-utils g++ cmake make python3-venv python3-dev
APT_FONTS := fontconfig fonts-ebgaramond fonts-ebgaramond-extra fonts-linuxlibertine fonts-oldstandard fonts-gfs-artemisia \
  fonts-gfs-baskerville fonts-gfs-bodoni-classic fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic \
  fonts-century-catalogue fonts-goudybookletter fonts-lindenhill fonts-fanwood fonts-cardo fonts-junicode fonts-prociono \
  fonts-vollkorn fonts-adf-baskervald fonts-adf-romande fonts-adf-berenis fonts-adf-accanthis fonts-adf-irianis \
  fonts-adf-libris fonts-adf-tribun fonts-cmu fonts-lmodern fonts-urw-base35 tex-gyre fonts-liberation fonts-freefont-otf \
  fonts-sil-gentium-basic fonts-sil-charis fonts-courier-prime fonts-gnutypewriter fonts-tlwg-typewriter-ttf \
  fonts-averia-serif-gwf fonts-stix fonts-dejavu
APT_KENLM := libboost-program-options-dev libboost-system-dev libboost-thread-dev libboost-test-dev libeigen3-dev zlib1g-dev \
  libbz2-dev liblzma-dev
APT_HANDS := fonts-breip fonts-bwht fonts-femkeklaver fonts-humor-sans fonts-klee fonts-rufscript fonts-dkg-handwriting \
  fonts-sjfonts fonts-tomsontalks fonts-summersby fonts-dancingscript fonts-kristi fonts-kaushanscript fonts-comic-neue \
  fonts-levien-typoscript fonts-dustin fonts-tlwg-purisa-ttf fonts-isabella fonts-nanum-extra
APT_BROWSER := chromium chromium-driver qpdf
CORES ?= 8

.PHONY: help setup book test check docs fonts kenlm-needs browser clean

help:
	@echo "make book         set up, and digitize the sample scans/book.pdf to out/book/"
	@echo "make test         set up, and run the tests"
	@echo "make setup        .venv and what the system lacks; make setup GPU=1 for torch's CUDA build"
	@echo "make check        ruff, mypy, snakefmt, snakemake --lint"
	@echo "make docs         the documentation as a site: build/site/index.html"
	@echo "make fonts        the faces for synthetic training data (Debian packages)"
	@echo "make browser      Chromium and qpdf, with which the report and the PDFs are tested (Debian packages)"
	@echo "make kenlm-needs  what KenLM's tools are built with (Debian packages)"
	@echo "make clean        removes build/ and .snakemake/; never out/ and work/"

book: setup
	$(BIN)/snakemake --cores $(CORES) out/book/

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile stages/*.smk stages/*/*.smk
	$(BIN)/snakemake --lint

# not with --quiet, which hides warnings from MkDocs' `strict`
docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

setup: $(READY)

# Installed anew only when a list changed; `stages/setup.sh` says what to do where it may not install.
$(READY): requirements.lock Makefile stages/setup.sh
	@bash stages/setup.sh apt $(APT_NEEDS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip wheel "setuptools<81"
	@bash stages/setup.sh torch $(BIN)/python $(TORCH) "$(GPU)"
	$(BIN)/python -m pip install --quiet --no-deps -r requirements.lock
	@# so that other programs of this .venv find Recto: OCRmyPDF its engine, Snakemake its logger plugin
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/recto.pth"
	@touch $@

fonts:
	@bash stages/setup.sh apt $(APT_FONTS) $(APT_HANDS)

browser:
	@bash stages/setup.sh apt $(APT_BROWSER)

kenlm-needs:
	@bash stages/setup.sh apt $(APT_KENLM)

# deliveries and what people put beside them stay, and so do the books and trainings that are under way
clean:
	rm -rf build .snakemake
