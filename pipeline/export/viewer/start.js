"use strict";
/* All parts are there, and what the book is. */
recto.find.listen();
recto.sheet.listen();
recto.editing.listen();
recto.saving.listen();
recto.viewer.listen();
