"""Alerts to people: ``dlp.alerts`` as server-sent events, and out to chat rooms and mailboxes.

``tail`` follows the topic into ``ring``, the last alerts in memory; ``desk`` gives every listener what its ``view``
lets through, from its ``position`` on. ``outgoing`` groups alerts and hands them to the channels of ``channels``.
"""
