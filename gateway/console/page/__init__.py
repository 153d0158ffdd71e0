"""The page: plain HTML, small styles, ES modules; nothing from anywhere else."""
