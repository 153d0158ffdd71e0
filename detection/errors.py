"""What can be wrong with rules. A scan raises nothing: an engine that exists is sound."""


class WrongPolicy(ValueError):
    """A pack or policy file is wrong: refuse to start. One line with file, line and reason."""
