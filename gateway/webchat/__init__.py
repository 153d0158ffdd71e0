"""Web chat in front of Genesys: the guest protocol relayed, and judged in both directions before either side sees it.

A guest's socket has one socket to Genesys beside it; each direction is one ordered queue. Frames are never passed on
as they came: what this package does not know is refused, the rest is written anew with every readable string judged.
"""
