"""The page on the doubles: a conversation as the agent's desktop shows it, or as the customer's telephone does."""
