"""The words in files: what kind a file is by its bytes, every string a person could read in it, its metadata removed.

Files are written by strangers, and their parsers are large: all of this is to be run in a process of its own
(``python -m detection.files``), which holds no secret and whose time and memory are bounded.
"""
