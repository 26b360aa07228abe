"""The pages that are rendered, as Jinja templates."""
