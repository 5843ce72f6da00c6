"""Odd pages with titles in the languages of Europe: what stands above their capitals is text."""

from __future__ import annotations

from bench.odd_drawing import Drawing, OddPage, finish

# Headings as books and archives have them, two to four words each, by language.
TITLES = {
    "fra": (
        "État des récoltes",
        "À l’étranger",
        "Élisabeth Évrard",
        "Fête de l’Être suprême",
        "Mémoires de la Société",
        "Théâtre de l’Opéra",
        "Île de Ré",
        "Préfecture de l’Hérault",
        "Hôtel, grâce, maître",
        "Règlement général",
    ),
    "deu": (
        "Über die ältesten Öfen",
        "Ämter und Örter",
        "Öhlmüller und Ähren",
        "Gesetz über die Geräte",
        "Königliche Bücherei",
        "Übersicht der Änderungen",
        "Städte in Österreich",
        "Für Bürger und Schüler",
    ),
    "spa": (
        "Índice de láminas",
        "Año de la edición",
        "Ángel Íñiguez",
        "Óscar Úbeda",
        "Capítulo último",
        "España y América",
    ),
    "ita": ("La città perduta", "Società anonima", "È verità", "La virtù e la libertà"),
    "por": ("História da África", "Évora e Óbidos", "A Índia e o coração", "Comissão"),
    "swe": ("Åke Ångström", "Östergötland", "Årsberättelse", "Äldre öden"),
}


def draw_accented_titles(d: Drawing) -> OddPage:
    """Headings of one or two languages, most of them in capitals."""
    sheet = d.sheet(5.5, 4.5)
    faces = (d.serif, d.serif, d.sans, d.mono)[int(d.rng.integers(4))]
    titles = [title for lang in d.rng.choice(list(TITLES), 2) for title in TITLES[str(lang)]]
    y = sheet.height // 10
    while y < sheet.height * 9 // 10:
        font = d.font(sheet, faces, 9, 14)
        title = str(d.rng.choice(titles))
        title = title.upper() if d.rng.random() < 0.6 else title
        sheet.write((sheet.width - font.getlength(title)) / 2, y, title, font)
        sheet.lines.append(title)
        y += round(1.7 * font.size)
    return finish(sheet)
