"""The chat that a customer uses: one page, three modules, one sheet, and the script that puts it into another page."""
