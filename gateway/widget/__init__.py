"""The agent's widget: a composer that looks before it sends, and what the gateway does for it.

Nothing in Genesys lets a page stop its own composer, so the widget has one, and the stream still judges what is sent.
"""
