"""What a work is printed in: its language, its script and its century, as a catalogue has them."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from pipeline.config import Strict


class Origin(Strict):
    """language: ISO 639-3 code; script: roman, fraktur, typewriter, hand, or another word for what
    the letters look like; century: of its print, 18 for 1701 to 1800, for which `year` may be
    given. Empty, or 0, where nothing is known.
    """

    language: str = Field("", pattern=r"^([a-z]{3}(_[a-z]+)?)?$")
    script: str = ""
    century: int = Field(0, ge=0, le=30)

    @model_validator(mode="before")
    @classmethod
    def _century_of_year(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not isinstance(raw.get("year"), int):
            return raw
        return {"century": -(-raw["year"] // 100)} | {k: v for k, v in raw.items() if k != "year"}

    def or_else(self, other: Origin) -> Origin:
        """What is known here, and for the rest what `other` says."""
        return Origin(
            language=self.language or other.language,
            script=self.script or other.script,
            century=self.century or other.century,
        )


NOWHERE = Origin()  # of which nothing is known
