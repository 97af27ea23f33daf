"""The functions and aggregation operators of Prometheus 3.5; changes with the version that is the measure.

Source: `promql/parser/functions.go` and `lex.go` of Prometheus 3.5.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ValueKind(StrEnum):
    """The four types a PromQL expression can have."""

    SCALAR = "scalar"
    VECTOR = "vector"
    MATRIX = "matrix"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Function:
    """One function and its types.

    `optional` arguments may be left out at the end; `repeats` means that the last may come any number of times.
    """

    name: str
    args: tuple[ValueKind, ...]
    returns: ValueKind
    optional: int = 0
    repeats: bool = False
    experimental: bool = False

    @property
    def least(self) -> int:
        """The smallest number of arguments."""
        return len(self.args) - (1 if self.repeats else self.optional)

    @property
    def most(self) -> int | None:
        """The largest number of arguments, None where there is no limit."""
        return None if self.repeats else len(self.args)

    def arg(self, index: int) -> ValueKind:
        """The type of argument `index`, counting from 0; repeated ones are like the last."""
        return self.args[min(index, len(self.args) - 1)]


@dataclass(frozen=True, slots=True)
class Aggregator:
    """One aggregation operator; `param` is the type of its first argument where it takes one."""

    name: str
    param: ValueKind | None = None
    experimental: bool = False


_S, _V, _M, _T = ValueKind.SCALAR, ValueKind.VECTOR, ValueKind.MATRIX, ValueKind.STRING


def _functions(names: str, args: tuple[ValueKind, ...], returns: ValueKind = _V) -> list[Function]:
    return [Function(name, args, returns) for name in names.split()]


_ROWS = [
    *_functions("abs ceil exp floor ln log10 log2 sgn sqrt deg rad absent sort sort_desc timestamp", (_V,)),
    *_functions("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh", (_V,)),
    *_functions("histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar", (_V,)),
    *_functions("rate increase delta irate idelta deriv resets changes", (_M,)),
    *_functions("avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time", (_M,)),
    *_functions("stddev_over_time stdvar_over_time present_over_time absent_over_time", (_M,)),
    *_functions("clamp_min clamp_max", (_V, _S)),
    *_functions("clamp", (_V, _S, _S)),
    *_functions("histogram_quantile", (_S, _V)),
    *_functions("histogram_fraction", (_S, _S, _V)),
    *_functions("quantile_over_time", (_S, _M)),
    *_functions("predict_linear", (_M, _S)),
    *_functions("label_replace", (_V, _T, _T, _T, _T)),
    *_functions("time pi", (), _S),
    *_functions("scalar", (_V,), _S),
    *_functions("vector", (_S,)),
    Function("round", (_V, _S), _V, optional=1),
    Function("label_join", (_V, _T, _T, _T), _V, repeats=True),
    *(
        Function(name, (_V,), _V, optional=1)
        for name in ["minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"]
    ),
    *(
        Function(name, (_M,), _V, experimental=True)
        for name in ["mad_over_time", "ts_of_max_over_time", "ts_of_min_over_time", "ts_of_last_over_time"]
    ),
    Function("double_exponential_smoothing", (_M, _S, _S), _V, experimental=True),
    Function("info", (_V, _V), _V, optional=1, experimental=True),
    Function("sort_by_label", (_V, _T), _V, repeats=True, experimental=True),
    Function("sort_by_label_desc", (_V, _T), _V, repeats=True, experimental=True),
]

FUNCTIONS = MappingProxyType({f.name: f for f in sorted(_ROWS, key=lambda f: f.name)})

AGGREGATORS = MappingProxyType(
    {
        a.name: a
        for a in [
            *(Aggregator(name) for name in ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]),
            *(Aggregator(name, _S) for name in ["topk", "bottomk", "quantile"]),
            Aggregator("count_values", _T),
            Aggregator("limitk", _S, experimental=True),
            Aggregator("limit_ratio", _S, experimental=True),
        ]
    }
)
