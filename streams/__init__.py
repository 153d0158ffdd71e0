"""Kafka without loss: topics, the hardened transport under Faust, stages and sinks, dead letters, settings, metrics."""
