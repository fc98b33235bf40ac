"""Every text of the interface in English and Indonesian, and how dates and numbers are written.

Begin with ``texts``.
"""
