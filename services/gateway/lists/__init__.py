"""Lists as agencies send them (CSV, spreadsheets, JSON), read into rows; every oddity is told, none stops the rest."""

from services.gateway.lists.contents import ListContents, ListLimits, NumberedRow
from services.gateway.lists.problems import ListProblem, ProblemCode
from services.gateway.lists.reading import iter_list, read_list

__all__ = ["ListContents", "ListLimits", "ListProblem", "NumberedRow", "ProblemCode", "iter_list", "read_list"]
