"""`python -m recto` is the command `recto`."""

from recto.main import main

if __name__ == "__main__":
    main()
