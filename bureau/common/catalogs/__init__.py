"""Translations without GNU gettext: extraction, compilation and checks, all by Babel.

Sources are English. Each app keeps its catalog in its own folder; what lies in `templates/` and belongs to
no app (base page, components, admin) is in the project's.
"""
