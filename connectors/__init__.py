"""One client for each outside system: plain asynchronous HTTP, timeouts everywhere, no Kafka."""
