"""What `make docs` does beside MkDocs: the site has the paths of the repository.

README.md, the cards of models and bench/RESULTS.md are pages beside those of docs/, so that a link
between two files works in a checkout and on the site alike. Links to what is no page (a module, a
folder) become plain text there; where nothing lies at their end, the build fails.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("*.md", "docs/*.md", "bench/*.md", "lexicons/*.md", "models/*/README.md")
PICTURES = ("docs/*.png", "docs/*.svg")
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
log = logging.getLogger("mkdocs.hooks.recto")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages and pictures of the repository in place of those of docs/ alone; the theme's own
    files stay."""
    for file in [f for f in files if f.src_dir == config.docs_dir]:
        files.remove(file)
    for path in (path for pattern in (*PAGES, *PICTURES) for path in sorted(ROOT.glob(pattern))):
        uri = path.relative_to(ROOT).as_posix()
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page's text with links to pages only."""
    folder = posixpath.dirname(page.file.src_uri)

    def keep_or_unlink(link: re.Match[str]) -> str:
        target = link["target"]
        path = posixpath.normpath(posixpath.join(folder, target))
        if "://" in target or files.get_file_from_path(path):
            return link[0]
        if not (ROOT / path).exists():
            log.warning("%s links to %s, which is not there", page.file.src_uri, target)
        return link["text"]

    return LINK.sub(keep_or_unlink, markdown)
