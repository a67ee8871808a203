"""Resolves a template for a choice of parameters, as CloudFormation does before it compares two deployments."""

import re
from collections.abc import Mapping
from typing import Any

NO_VALUE = {"Ref": "AWS::NoValue"}


class Resolution:
    """A template with the values of its parameters. References to resources stay as they are.

    Args:
        template: the expanded template.
        chosen: values of parameters, in place of their defaults.
    """

    def __init__(self, template: dict[str, Any], chosen: Mapping[str, str]) -> None:
        self._template = template
        self._values = {name: self._value(each, chosen.get(name)) for name, each in template["Parameters"].items()}

    def properties(self, logical_id: str) -> dict[str, Any]:
        """Return the resolved properties of a resource."""
        resolved: dict[str, Any] = self.resolve(self._template["Resources"][logical_id]["Properties"])
        return resolved

    def holds(self, condition: Any) -> bool:
        """Return True if the condition holds, given by its name or its function."""
        if isinstance(condition, str):
            return self.holds(self._template["Conditions"][condition])
        ((function, arguments),) = condition.items()
        match function:
            case "Condition":
                return self.holds(arguments)
            case "Fn::And":
                return all(map(self.holds, arguments))
            case "Fn::Or":
                return any(map(self.holds, arguments))
            case "Fn::Not":
                return not self.holds(arguments[0])
            case "Fn::Equals":
                return bool(self.resolve(arguments[0]) == self.resolve(arguments[1]))
        raise AssertionError(function)

    def resolve(self, node: Any) -> Any:
        """Return the node with parameters and conditions resolved."""
        if isinstance(node, list):
            return [each for each in map(self.resolve, node) if each != NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, arguments),) = node.items()
            return self._resolved(function, arguments)
        return self._without_absent(node)

    def _resolved(self, function: str, arguments: Any) -> Any:
        match function:
            case "Ref":
                return self._values.get(arguments, {"Ref": arguments})
            case "Fn::If":
                return self.resolve(arguments[1 if self.holds(arguments[0]) else 2])
            case "Fn::Join":
                parts = self.resolve(arguments[1])
                return arguments[0].join(parts) if all(isinstance(each, str) for each in parts) else parts
            case "Fn::Split":
                return self.resolve(arguments[1]).split(arguments[0])
            case "Fn::Sub" if isinstance(arguments, str):
                return re.sub(r"\$\{(\w+)\}", lambda found: self._values.get(found[1], found[0]), arguments)
        return self._without_absent({function: arguments})

    def _without_absent(self, node: dict[str, Any]) -> dict[str, Any]:
        resolved = {name: self.resolve(each) for name, each in node.items()}
        return {name: each for name, each in resolved.items() if each != NO_VALUE}

    @staticmethod
    def _value(parameter: dict[str, Any], chosen: str | None) -> Any:
        value = str(parameter.get("Default", "")) if chosen is None else chosen
        return value.split(",") if parameter["Type"] == "CommaDelimitedList" else value
