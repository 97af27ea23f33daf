"""Builds the tree of a template from its tokens; refuses what Go's parser refuses."""

from collections.abc import Collection

from slogen.gotemplate.lex import KEYWORDS, Token, tokens
from slogen.gotemplate.literals import literal
from slogen.gotemplate.nodes import (
    Action,
    Break,
    Chain,
    Constant,
    Continue,
    Dot,
    Field,
    Function,
    If,
    Include,
    Nil,
    Node,
    Operand,
    Pipeline,
    Pos,
    Range,
    Template,
    TemplateError,
    Text,
    Variable,
    With,
)

_BLOCKS: dict[str, type[If] | type[With] | type[Range]] = {"if": If, "with": With, "range": Range}
_MAX_DEPTH = 100


def parse(text: str, functions: Collection[str], *, name: str = "", variables: Collection[str] = ()) -> Template:
    """The template `text`; `functions` and `variables` are the names it may use beside Go's own.

    Raises TemplateError at the first thing Go's parser would refuse: an unknown function or variable, an
    unclosed action, a missing `end`.
    """
    parser = _Parser(list(tokens(text)), frozenset(functions) | GO_FUNCTIONS, [frozenset({"$", *variables})])
    body = parser.nodes(until=frozenset())
    parser.expect("eof", "end of template")
    return Template(name, body, tuple(parser.defined.items()))


GO_FUNCTIONS = frozenset({
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print", "printf",
    "println", "slice", "urlquery",
})  # fmt: skip


class _Parser:
    """A recursive descent over the tokens; `scopes` hold the variables in sight."""

    def __init__(self, stream: list[Token], functions: frozenset[str], scopes: list[frozenset[str]]) -> None:
        self.stream = stream
        self.at = 0
        self.functions = functions
        self.scopes = scopes
        self.loops = 0
        self.depth = 0
        self.defined: dict[str, tuple[Node, ...]] = {}

    def peek(self) -> Token:
        return self.stream[self.at]

    def take(self) -> Token:
        token = self.stream[self.at]
        self.at += 1
        return token

    def expect(self, kind: str, what: str) -> Token:
        token = self.peek()
        if token.kind != kind:
            raise _unexpected(token, what)
        return self.take()

    def keyword(self) -> str:
        """The keyword that opens the action at the cursor, or an empty string."""
        if self.peek().kind != "open":
            return ""
        word = self.stream[self.at + 1]
        return word.text if word.kind == "word" and word.text in KEYWORDS else ""

    def nodes(self, until: frozenset[str]) -> tuple[Node, ...]:
        """Nodes up to an action that opens with one of `until`, which is left unread."""
        found: list[Node] = []
        while self.peek().kind != "eof":
            if self.peek().kind == "text":
                text = self.take().text
                if text:
                    found.append(Text(text))
            elif self.keyword() in until:
                break
            else:
                found.extend(self.action())
        if until and self.peek().kind == "eof":
            raise _unexpected(self.peek(), "{{end}}")
        return tuple(found)

    def action(self) -> tuple[Node, ...]:
        opening = self.take()
        word = self.peek()
        match word.text if word.kind == "word" else "":
            case "if" | "with" | "range":
                return (self.block(self.take().text),)
            case "template":
                return (self.include(opening.pos),)
            case "block":
                return (self.named_block(opening.pos),)
            case "define":
                self.define()
                return ()
            case "break" | "continue":
                return (self.loop_control(),)
            case "else" | "end":
                raise _unexpected(word, "action")
        pipeline = self.pipeline()
        self.expect("close", "end of action")
        return (Action(pipeline),)

    def block(self, keyword: str) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _unexpected(self.peek(), f"at most {_MAX_DEPTH} nested blocks")
        self.scopes.append(self.scopes[-1])
        pipeline = self.pipeline(ranging=keyword == "range")
        self.expect("close", "end of action")
        self.loops += keyword == "range"
        body = self.nodes(frozenset({"else", "end"}))
        self.loops -= keyword == "range"
        otherwise = self.otherwise(keyword)
        self.scopes.pop()
        self.depth -= 1
        return _BLOCKS[keyword](pipeline, body, otherwise)

    def otherwise(self, keyword: str) -> tuple[Node, ...]:
        self.take()
        if self.take().text == "end":
            self.expect("close", "end of action")
            return ()
        following = self.peek()
        if following.kind == "word" and following.text == keyword and keyword in {"if", "with"}:
            return (self.block(self.take().text),)
        self.expect("close", "end of action")
        body = self.nodes(frozenset({"end"}))
        self.take()
        self.take()
        self.expect("close", "end of action")
        return body

    def loop_control(self) -> Node:
        word = self.take()
        if not self.loops:
            raise TemplateError(f"{{{{{word.text}}}}} outside {{{{range}}}}", word.pos.line, word.pos.column)
        self.expect("close", "end of action")
        return Break() if word.text == "break" else Continue()

    def name_literal(self) -> str:
        token = self.take()
        if token.kind not in {"string", "raw"}:
            raise _unexpected(token, "template name")
        return str(literal(token))

    def include(self, pos: Pos) -> Node:
        self.take()
        name = self.name_literal()
        pipeline = None if self.peek().kind == "close" else self.pipeline()
        self.expect("close", "end of action")
        return Include(name, pipeline, pos)

    def define(self) -> None:
        self.take()
        name = self.name_literal()
        self.expect("close", "end of action")
        self.defined[name] = self.template_body()

    def named_block(self, pos: Pos) -> Node:
        self.take()
        name = self.name_literal()
        pipeline = self.pipeline()
        self.expect("close", "end of action")
        self.defined[name] = self.template_body()
        return Include(name, pipeline, pos)

    def template_body(self) -> tuple[Node, ...]:
        saved, self.scopes = self.scopes, [frozenset({"$"})]
        loops, self.loops = self.loops, 0
        body = self.nodes(frozenset({"end"}))
        self.scopes, self.loops = saved, loops
        self.take()
        self.take()
        self.expect("close", "end of action")
        return body

    def pipeline(self, *, ranging: bool = False) -> Pipeline:
        pos = self.peek().pos
        declares, assigns = self.declaration()
        commands = [self.command()]
        while self.peek().text == "|":
            self.take()
            commands.append(self.command())
        if len(declares) > (2 if ranging else 1):
            raise TemplateError("too many declarations in command", pos.line, pos.column)
        for command in commands[1:]:
            if isinstance(command[0], Constant | Nil | Dot):
                raise TemplateError("non executable command in pipeline", pos.line, pos.column)
        if declares and not assigns:
            self.scopes[-1] |= frozenset(declares)
        return Pipeline(declares, assigns, tuple(commands), pos)

    def declaration(self) -> tuple[tuple[str, ...], bool]:
        start = self.at
        names: list[str] = []
        while self.peek().kind == "variable":
            names.append(self.take().text)
            if self.peek().text == ",":
                self.take()
                continue
            if self.peek().kind == "declare":
                self.take()
                return tuple(names), False
            if self.peek().text == "=":
                equals = self.take()
                for name in names:
                    self.check_variable(name, equals.pos)
                return tuple(names), True
            break
        self.at = start
        return (), False

    def command(self) -> tuple[Operand, ...]:
        operands = [self.operand()]
        while self.peek().text not in {"|", ")"} and self.peek().kind != "close":
            if not self.peek().spaced:
                raise _unexpected(self.peek(), "space between arguments")
            operands.append(self.operand())
        return tuple(operands)

    def operand(self) -> Operand:
        token = self.take()
        found = self.plain_operand(token)
        names = self.names()
        if not names:
            return found
        match found:
            case Field(first, pos):
                return Field((*first, *names), pos)
            case Variable(name, first, pos):
                return Variable(name, (*first, *names), pos)
            case Constant() | Nil() | Dot():
                raise TemplateError(f"unexpected . after term {token.text!r}", token.pos.line, token.pos.column)
        return Chain(found, names, token.pos)

    def names(self) -> tuple[str, ...]:
        names: list[str] = []
        while self.peek().kind == "field" and not self.peek().spaced:
            names.append(self.take().text[1:])
        return tuple(names)

    def plain_operand(self, token: Token) -> Operand:
        pos = token.pos
        match token.kind, token.text:
            case "field", text:
                return Field((text[1:],), pos)
            case "variable", text:
                self.check_variable(text, pos)
                return Variable(text, (), pos)
            case "punctuation", ".":
                return Dot(pos)
            case "punctuation", "(":
                self.depth += 1
                if self.depth > _MAX_DEPTH:
                    raise _unexpected(token, f"at most {_MAX_DEPTH} nested parentheses")
                inner = self.pipeline()
                self.depth -= 1
                if self.take().text != ")":
                    raise _unexpected(token, "right paren")
                return inner
            case (("string" | "raw" | "char" | "number"), _):
                return Constant(literal(token), pos)
            case "word", ("true" | "false"):
                return Constant(token.text == "true", pos)
            case "word", "nil":
                return Nil(pos)
            case "word", text if text not in KEYWORDS:
                if text not in self.functions:
                    raise TemplateError(f'function "{text}" not defined', pos.line, pos.column)
                return Function(text, pos)
        if token.kind == "close":
            raise TemplateError("missing value for command", pos.line, pos.column)
        raise _unexpected(token, "operand")

    def check_variable(self, name: str, pos: Pos) -> None:
        if name not in self.scopes[-1]:
            raise TemplateError(f'undefined variable "{name}"', pos.line, pos.column)


def _unexpected(token: Token, wanted: str) -> TemplateError:
    shown = "end of template" if token.kind == "eof" else repr(token.text)
    return TemplateError(f"unexpected {shown}, expected {wanted}", token.pos.line, token.pos.column)
