"""``python -m cli``: the same as ``cordon``."""

from cli.main import main

main()
