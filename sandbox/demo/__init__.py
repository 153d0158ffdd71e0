"""The local world: a scripted conversation, played through real processes and watched until it has arrived."""
