"""The proof that nothing is lost and nothing leaks: a ledger of what was fed, faults, and an account of what came out.

``cordon prove`` runs it against a broker of its own or one that is named, and ends with a table. A harness that never
fails proves nothing, so the textbook Faust agent goes through it too and has to be reported as losing messages.
"""
