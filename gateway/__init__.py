"""The HTTP edge: how anything gets in, and what people look at. ``app`` joins the features; each has a ``router``."""
