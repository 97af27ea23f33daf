"""The two ways an evaluation can end without a value; changes when there is a third."""


class EvaluationError(Exception):
    """The query is well formed but fails on this data; the text is the one Prometheus 3.5 gives."""


class Unsupported(Exception):  # noqa: N818 -- it is no mistake of anybody's, the name says what it is
    """A construct that is experimental in Prometheus 3.5 or that this evaluator does not know.

    `name` is the construct as it is written in the query, so that a caller who holds the text can point at it.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
