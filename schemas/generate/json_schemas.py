"""JSON Schema 2020-12 of an event, as strict as the model: what one refuses, the other refuses."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from schemas.base import Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RFC_3339 = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"
"""A moment with its zone (RFC 3339 section 5.6). `format` alone binds no validator, and none notices an absent zone."""


class _EventSchema(GenerateJsonSchema):
    """Pydantic's generator, with three differences: moments need a zone, a tag is required, no titles on fields."""

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        return {**super().datetime_schema(schema), "pattern": RFC_3339}

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        """A field that can hold one value only is the tag of a union: readers choose by it, so it must be there."""
        inner: Any = field["schema"]
        while inner["type"] in {"default", "nullable"}:
            inner = inner["schema"]
        is_tag = inner["type"] == "literal" and len(inner["expected"]) == 1
        return is_tag or super().field_is_required(field, total)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema_of(event: type[Event]) -> dict[str, Any]:
    """The schema of the Kafka message's value when it carries `event`."""
    body = event.model_json_schema(schema_generator=_EventSchema)
    return {"$schema": DIALECT, "$id": f"urn:onevisit:schema:{event.event_type}", **body}
