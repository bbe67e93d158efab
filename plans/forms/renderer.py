"""How a form's fields become HTML."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    """Renders `field.as_field_group` by the project's one template for a field."""

    field_template_name = "plans/_field.html"
