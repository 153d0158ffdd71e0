"""The look of every page: tokens and a few components in plain CSS, served at ``/design/``.

A page links ``/design/tokens.css`` and ``/design/base.css`` and adds its own small sheet. What there is stands at the
top of each sheet.
"""
