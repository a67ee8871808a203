"""Reading of a YAML document whose scalars all stay text: `NO` is a country and no boolean."""

from collections import Counter
from collections.abc import Hashable
from typing import Any

import yaml

from notifications.providers.catalog.catalog import BadCatalog


def read_document(text: str) -> Any:
    """Return the mappings, lists and texts of a YAML document; None if it is empty.

    Raises:
        BadCatalog: the text is not YAML, or a mapping has a key twice. The error names the line.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - derived from the loader that builds nothing but texts
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadCatalog([f"line {mark.line + 1 if mark else 1}: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise BadCatalog([str(error).partition("\n")[0]]) from None
    except RecursionError:
        raise BadCatalog(["is nested too deeply"]) from None


class _Loader(yaml.BaseLoader):
    """Loader that refuses a key that is given twice, of which YAML would use the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        keys = Counter(key.value for key, _ in node.value)
        if twice := next((key for key, times in keys.items() if times > 1), None):
            raise yaml.constructor.ConstructorError(None, None, f"{twice} is given twice", node.start_mark)
        return mapping
