"""How people sign in: by OpenID Connect, by a one-time link, or an agent by their Genesys token.

Each way ends in a session of ``sessions``: a random token whose hash the console's database holds.
"""
