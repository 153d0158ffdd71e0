"""Where sensitive values rest: sealing, tokens in place of values, who may see them again, and the proof of who did."""
