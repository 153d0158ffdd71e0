"""The supervisor's and the compliance officer's console.

``feed`` follows the topics into the read model (``tables``, ``rows``), ``queries`` answer from it, ``routes`` serve
them to who may see them, and ``evidence`` writes the report.
"""
