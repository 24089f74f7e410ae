"""What is wrong with a cell, in both languages: the plan's messages hold it as their detail."""


class Unreadable(ValueError):
    """A cell that cannot be read; its text is the English one."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh
        """The same in Chinese."""
