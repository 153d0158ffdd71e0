"""Finders: code for values that no expression delimits.

A module offers ``find(text, start, end, original)``: given the span of a trigger in the folded text, it yields the
values there as start, end, score and reason.
"""
