"""One row of an agency's list, as the agency typed it."""

from pydantic import BaseModel, ConfigDict, Field


class RequestRow(BaseModel):
    """The raw texts of one request; nothing is checked or corrected here.

    List readers and the HTTP door produce it, the scheduler's intake judges it: so a bad row is a rejection with its
    row number and never a failure to read. Missing and empty are the same: ``None``. Printing shows no personal field.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    request_id: str | None = None
    """The agency's own number of the request; unique within the agency, not between agencies."""
    agency: str | None = None
    """The bureau that asks, as a code or a name in English or Chinese."""
    programme: str | None = None
    """The benefit that the certificate is for, as a code or a name in English or Chinese."""
    id_number: str | None = Field(default=None, repr=False)
    """National ID number, in any of the forms that offices type."""
    name: str | None = Field(default=None, repr=False)
    """The person's name."""
    window_start: str | None = None
    """First day on which a visit counts for this request."""
    due_date: str | None = None
    """Last day on which a visit counts for this request."""
    residence_address: str | None = Field(default=None, repr=False)
    """Where the person lives (常住地址): where the cadre rides. Not the registered address."""
    village_code: str | None = None
    """12-digit statistical code of the village."""
    phone: str | None = Field(default=None, repr=False)
    """Telephone of the person or the family."""
    reference_photo: str | None = Field(default=None, repr=False)
    """Name of the reference photo that the agency sends beside the list."""
    household_id: str | None = Field(default=None, repr=False)
    """Number of the household (户编号, 户号), where agencies keep one: its people are visited in one stop."""


FIELDS: tuple[str, ...] = tuple(RequestRow.model_fields)
"""The columns of a list, in their usual order."""
