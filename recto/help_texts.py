"""What the help of `recto` and of its commands says."""

READ = """Read a scan, or every scan of a folder, into a folder of outputs.

    recto read letters.pdf out/ -l eng
    recto read letters-1843/ out/            a folder of images: one book
    recto read shelf/ out/ --outputs all     every book of a folder

SOURCE is a PDF or an image (TIFF, JPEG, JPEG 2000, PNG, WebP, AVIF, HEIC …), a folder of images
(one book), or a folder of books. A folder that holds images and no PDF is one book; its pages come
in the natural order of their names, page2.tif before page10.tif, and its subfolders are not read.
Each book becomes OUT/NAME/: pages/0001.hocr and .txt, book.txt, manifest.json and what --outputs
names. A page that cannot be read is left without text, and manifest.json says why; its neighbours
go on.

The same command goes on where a run was ended, and does nothing where all is done. What lies beside
a scan as NAME.yaml (lang, model, writing, dpi, spelling, pages, password) holds for that book
alone. OUT/.recto holds what later runs build on, and what recto apply, recto overlay and recto
train --lines OUT/NAME need; it may be removed when none of these is to come.
"""
VERIFY = """Check deliveries against their manifests.

    recto verify out/letters
    recto verify out/letters out/diary

Each file that was changed, lost or added since is named.
"""
VERIFY_CODES = """
exit codes: 0 whole   1 something was changed, lost or added
  9 there is no manifest that can be read
"""
OVERLAY = """Draw what was found on a page.

    recto overlay out/letters 5 page5.png --text
"""
MODELS = """List the models and lexicons that are there.

    recto models

A name that it lists is what --model or -l takes.
"""
DELIVERY = "folder of one book, as recto read made it"
CODES = """
exit codes: 0 done (pages without text are named in the summary)   1 several failures, or a bug
  2 a wrong option or key   3 no such scan   4 the scan cannot be opened   5 it is encrypted
  6 a model or lexicon is missing   7 a program of the system is missing   8 another run works on it
  9 data are not what they should be   10 the disk is full or cannot be written   130 interrupted
"""
