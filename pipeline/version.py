"""The version of Recto."""

VERSION = "0.1.0"
