"""The rules that come with the product, a pack a file, with its tests beside it."""
