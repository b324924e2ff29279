"""The docstrings of attributes, which say what the fields of the models mean; read from the source when asked for."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def attribute_docs(model: type[BaseModel]) -> dict[str, str]:
    """What a model and those it inherits from say of their fields, by name; nothing where the source is missing.

    `use_attribute_docstrings` of pydantic does the same for every model whenever it is imported, which takes longer
    than all else in it.
    """
    found: dict[str, str] = {}
    for one in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        try:
            source = inspect.getsource(one)
        except (OSError, TypeError):
            continue
        (definition,) = ast.parse(textwrap.dedent(source)).body
        for attribute, doc in pairwise(getattr(definition, "body", ())):
            if isinstance(attribute, ast.AnnAssign) and isinstance(attribute.target, ast.Name):
                match doc:
                    case ast.Expr(ast.Constant(str(text))):
                        found[attribute.target.id] = inspect.cleandoc(text)
    return found
