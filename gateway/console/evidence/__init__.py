"""The evidence report: live facts of a period, and the controls that they support. It certifies nothing.

``facts`` gathers, ``controls`` says what each fact may serve as evidence for, ``layout`` writes the PDF, ``signing``
signs it.
"""
