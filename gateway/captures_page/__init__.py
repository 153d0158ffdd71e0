"""The page that a customer opens: plain HTML, one style, two scripts, nothing from anywhere else."""
