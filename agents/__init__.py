"""The stages of a message's journey, in its order: critical, medium, forwarder, siem.

Each module holds one stage, a Faust agent that takes a batch in, decides, and delivers. ``build_stages`` makes them
from the settings of a process.
"""

from agents.building import STAGES, build_stages

__all__ = ["STAGES", "build_stages"]
