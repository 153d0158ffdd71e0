"""The playground: paste a text, see what every rule makes of it. Nothing is kept and nothing is reported."""
