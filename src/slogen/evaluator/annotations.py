"""The warnings and infos that accompany a result; changes when Prometheus words one differently.

The texts are those of Prometheus 3.5, without the position that its API appends.
"""

from dataclasses import dataclass, field

from slogen.evaluator.numbers import show_general

WARNING = "PromQL warning: "
INFO = "PromQL info: "


@dataclass(slots=True)
class Annotations:
    """A set of annotation texts; the same text counts once however many series cause it."""

    texts: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Note one annotation."""
        self.texts.add(text)

    def warnings(self) -> tuple[str, ...]:
        """The warnings in alphabetical order."""
        return tuple(sorted(text for text in self.texts if text.startswith(WARNING)))

    def infos(self) -> tuple[str, ...]:
        """The infos in alphabetical order."""
        return tuple(sorted(text for text in self.texts if text.startswith(INFO)))


def _name(metric: str) -> str:
    return f'"{metric}"'


def invalid_quantile(value: float) -> str:
    """The quantile is not a number between 0 and 1."""
    return f"{WARNING}quantile value should be between 0 and 1, got {show_general(value)}"


def bad_bucket_label(metric: str, value: str) -> str:
    """A series without a usable `le` was given to a function for classic histograms."""
    return (
        f'{WARNING}bucket label "le" is missing or has a malformed value of {_name(value)} '
        f"for metric name {_name(metric)}"
    )


def mixed_floats_histograms(metric: str) -> str:
    """One range holds floats and native histograms."""
    return f"{WARNING}encountered a mix of histograms and floats for metric name {_name(metric)}"


def mixed_floats_histograms_aggregation() -> str:
    """One group of an aggregation holds floats and native histograms."""
    return f"{WARNING}encountered a mix of histograms and floats for aggregation"


def mixed_classic_native(metric: str) -> str:
    """A classic and a native histogram of the same name and labels meet."""
    return f"{WARNING}vector contains a mix of classic and native histograms for metric name {_name(metric)}"


def not_a_counter_histogram(metric: str) -> str:
    """A gauge histogram was given to a function for counters."""
    return f"{WARNING}this native histogram metric is not a counter: {_name(metric)}"


def not_a_gauge_histogram(metric: str) -> str:
    """A counter histogram was given to a function for gauges."""
    return f"{WARNING}this native histogram metric is not a gauge: {_name(metric)}"


def mixed_exponential_custom(metric: str) -> str:
    """Exponential and custom buckets cannot be combined."""
    return (
        f"{WARNING}vector contains a mix of histograms with exponential and custom buckets schemas "
        f"for metric name {_name(metric)}"
    )


def incompatible_custom_buckets(metric: str) -> str:
    """Custom buckets with different bounds cannot be combined."""
    return f"{WARNING}vector contains histograms with incompatible custom buckets for metric name {_name(metric)}"


def incompatible_layout(operator: str) -> str:
    """A binary operator met two histograms that cannot be combined."""
    return f"{WARNING}incompatible bucket layout encountered for binary operator {operator}"


def possible_non_counter(metric: str) -> str:
    """The name of a metric given to `rate` or `increase` is not one of a counter."""
    return f"{INFO}metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {_name(metric)}"


def forced_monotonicity(metric: str) -> str:
    """Buckets of a classic histogram decreased and were repaired."""
    return (
        f"{INFO}input to histogram_quantile needed to be fixed for monotonicity "
        "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) "
        f"for metric name {_name(metric)}"
    )


def incompatible_types(left: str, operator: str, right: str) -> str:
    """The operator is not defined between a float and a histogram, or between two histograms."""
    return f'{INFO}incompatible sample types encountered for binary operator "{operator}": {left} {operator} {right}'


def histogram_ignored_aggregation(aggregation: str) -> str:
    """The aggregation has no meaning for histograms and left them out."""
    return f"{INFO}ignored histogram in {aggregation} aggregation"


def histogram_ignored_range(metric: str) -> str:
    """The range function has no meaning for histograms and left them out."""
    return f"{INFO}ignored histograms in a range containing both floats and histograms for metric name {_name(metric)}"


def quantile_nan_result(metric: str) -> str:
    """The quantile fell among observations that are NaN."""
    return f"{INFO}input to histogram_quantile has NaN observations, result is NaN for metric name {_name(metric)}"


def quantile_nan_skew(metric: str) -> str:
    """Observations that are NaN count as large, which moves the quantile up."""
    return (
        f"{INFO}input to histogram_quantile has NaN observations, result is skewed higher "
        f"for metric name {_name(metric)}"
    )


def fraction_nans(metric: str) -> str:
    """Observations that are NaN are in no fraction."""
    return (
        f"{INFO}input to histogram_fraction has NaN observations, which are excluded from all fractions "
        f"for metric name {_name(metric)}"
    )
