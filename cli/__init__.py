"""The ``cordon`` command: one module a command or family, loaded only when it is called."""
