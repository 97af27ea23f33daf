"""Fields that many shapes share, with the one description each that editors show."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from slogen.spec.names import Key, LabelName, OwnLabel, Reference, Text, WebAddress
from slogen.spec.units import Bound, Duration, Percentage

From = Annotated[Key, Field(alias="from", description="The source to read.", examples=["app"])]
_OF = Field(
    description="The signal to read, or `source.measure` for one that has no name of its own.", examples=["recall"]
)
Of = Annotated[Reference, _OF]
OptionalOf = Annotated[Reference | None, _OF]
_OVER = Field(description="The window over which it is measured.", examples=["15m"])
Over = Annotated[Duration, _OVER]
OptionalOver = Annotated[Duration | None, _OVER]
Above = Annotated[Bound | None, Field(description="Fires when the value is higher than this.", examples=["2%", 0.2])]
Below = Annotated[Bound | None, Field(description="Fires when the value is lower than this.", examples=["90%", 0.8])]
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]
_MIN_EVENTS = Field(description="Fewer events than this in the window say nothing.", examples=[200])
MinEvents = Annotated[Count, _MIN_EVENTS]
OptionalMinEvents = Annotated[Count | None, _MIN_EVENTS]
Features = Annotated[
    tuple[Text, ...],
    Field(description="The features that count; all of them where none is named.", examples=[["amount", "merchant"]]),
]
_CERTAINTY = Field(description="How sure the data must be (one-sided Wilson bound) before it counts.", examples=["95%"])


def _doubtful(certainty: Decimal) -> Decimal:
    """A certainty that some number of events can give, and that asks for any."""
    if not 0 < certainty < 1:
        problem = "nothing is ever 100% certain" if certainty >= 1 else "a certainty of 0% asks for nothing"
        raise PydanticCustomError("unit", "{problem}", {"problem": problem, "hint": "write a certainty such as 95%"})
    return certainty


_Sure = Annotated[Percentage, AfterValidator(_doubtful)]
Certainty = Annotated[_Sure, _CERTAINTY]
OptionalCertainty = Annotated[_Sure | None, _CERTAINTY]
_LABEL_DELAY = Field(description="How long after a prediction its true label arrives.", examples=["2h"])
LabelDelay = Annotated[Duration, _LABEL_DELAY]
OptionalLabelDelay = Annotated[Duration | None, _LABEL_DELAY]
NoData = Annotated[
    Literal["ignore", "good", "bad"],
    Field(description="How a moment counts in which the value is missing.", examples=["bad"]),
]
Quality = Literal["precision", "recall", "fpr", "specificity", "accuracy", "f1"]
"""Ratios of the confusion matrix."""

Title = Annotated[Text | None, Field(description="A name for people.", examples=["Fast and valid answers"])]
Description = Annotated[Text | None, Field(description="What it means, for people.", examples=["Fraud scores"])]
RunbookUrl = Annotated[
    WebAddress | None,
    Field(description="Where the steps to take are written.", examples=["https://runbooks.example.org/fraud"]),
]
OwnLabels = Annotated[
    dict[OwnLabel, Text], Field(description="Labels added to the alerts.", examples=[{"region": "eu"}])
]
Annotations = Annotated[
    dict[LabelName, Text], Field(description="Annotations added to the alerts.", examples=[{"impact": "Fraud passes"}])
]
