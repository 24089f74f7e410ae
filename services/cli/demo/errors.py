"""What can go wrong in the demo, beyond the stack."""


class DemoFailed(Exception):
    """The line did not do what it should; the text says which step and where to look."""

    code = "DEMO_FAILED"

    def __init__(self, what: str) -> None:
        super().__init__(f"{self.code}: {what}")
