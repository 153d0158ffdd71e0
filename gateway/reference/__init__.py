"""``/docs``: the HTTP contract, to read and to try, from our own origin alone."""
