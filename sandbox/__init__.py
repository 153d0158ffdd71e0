"""A local world to try Cordon in: brokers, doubles of the outside systems, the demo and the proof."""
