"""What a template reads, found without running it: for lints and for knowing what can change a text."""

from collections.abc import Iterator, Sequence

from slogen.gotemplate.nodes import (
    Action,
    Chain,
    Constant,
    Dot,
    Field,
    Function,
    If,
    Include,
    Node,
    Operand,
    Pipeline,
    Range,
    Template,
    Variable,
    With,
)


def operands(template: Template) -> Iterator[Operand]:
    """Every operand anywhere in the template and in those it defines, outermost first."""
    yield from _of_nodes(template.body)
    for _, body in template.defined:
        yield from _of_nodes(body)


def _of_nodes(nodes: Sequence[Node]) -> Iterator[Operand]:
    for node in nodes:
        match node:
            case Action(pipeline):
                yield from _of_pipeline(pipeline)
            case If(pipeline, body, otherwise) | With(pipeline, body, otherwise) | Range(pipeline, body, otherwise):
                yield from _of_pipeline(pipeline)
                yield from _of_nodes(body)
                yield from _of_nodes(otherwise)
            case Include(_, pipeline) if pipeline is not None:
                yield from _of_pipeline(pipeline)


def _of_pipeline(pipeline: Pipeline) -> Iterator[Operand]:
    for command in pipeline.commands:
        for operand in command:
            yield operand
            if isinstance(operand, Pipeline):
                yield from _of_pipeline(operand)
            elif isinstance(operand, Chain):
                yield operand.operand
                if isinstance(operand.operand, Pipeline):
                    yield from _of_pipeline(operand.operand)


def labels_read(template: Template) -> frozenset[str]:
    """The labels an alert's template names: `$labels.job`, `.Labels.job`, `index $labels "job"`.

    Inside `range` and `with` the cursor is something else, so `.Labels` there is not the alert's.
    """
    found: set[str] = set(_indexed(template))
    for operand in operands(template):
        match operand:
            case Variable("$labels", (name, *_)) | Variable("$", ("Labels", name, *_)):
                found.add(name)
    for operand in _of_nodes(tuple(node for node in template.body if isinstance(node, Action))):
        match operand:
            case Field(("Labels", name, *_)):
                found.add(name)
    return frozenset(found)


def _indexed(template: Template) -> Iterator[str]:
    found = list(operands(template))
    for first, second, third in zip(found, found[1:], found[2:], strict=False):
        match first, second, third:
            case (Function("index"), Variable("$labels", ()) | Field(("Labels",)), Constant(str() as name)):
                yield name


def reads_value(template: Template) -> bool:
    """Whether an alert's template may print something else at another moment although the labels are the same."""
    return any(
        isinstance(operand, Dot)
        or operand_is_value(operand)
        or (isinstance(operand, Function) and operand.name == "query")
        for operand in operands(template)
    )


def operand_is_value(operand: Operand) -> bool:
    """Whether the operand is the alert's value, or the whole data in which the value lies."""
    match operand:
        case Variable("$value") | Variable("$", ()) | Field(("Value", *_)) | Variable("$", ("Value", *_)):
            return True
    return False
