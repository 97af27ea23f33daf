"""What people do about alerts as users write it: the budget policy, prepared answers, and how much is at stake."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from slogen.spec.names import Text
from slogen.spec.node import Node
from slogen.spec.units import Amount, EventsPerSecond, Percentage

OptionalRate = Annotated[
    EventsPerSecond | None,
    Field(description="Events in ordinary times; with their cost it says how much is at stake.", examples=["200/s"]),
]


def _problem(problem: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("unit", "{problem}", {"problem": problem, "hint": hint})


class BudgetPolicy(Node):
    """What happens as the error budget runs out: a review, then no more changes, then the way back."""

    review: Percentage | None = Field(
        default=None, description="How much is left when people look at what spends it.", examples=["50%"]
    )
    freeze: Percentage | None = Field(
        default=None, description="How much is left when releases stop.", examples=["25%"]
    )
    exhausted: Literal["rollback", "fallback", "none"] = Field(
        default="none",
        description="What is done when nothing is left: the label `remediation` of `ErrorBudgetExhausted`.",
        examples=["rollback"],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, left in (("review", self.review), ("freeze", self.freeze)):
            if left is not None and not 0 < left < 1:
                problem = f"`{name}` at {float(left * 100):g}% is no point on the way from a whole budget to none"
                raise _problem(problem, "write a share between 0% and 100%; `exhausted` says what happens at 0%")
        if self.review is not None and self.freeze is not None and self.review <= self.freeze:
            raise _problem("a freeze comes after a review", "let `review` be more than `freeze`: 50% and 25%")
        return self


class Impact(Node):
    """How much money at risk per hour changes the priority of an alert, by one step at most."""

    raise_from: Amount | None = Field(
        default=None, description="From here on an alert is one step more urgent.", examples=["10000 EUR"]
    )
    lower_below: Amount | None = Field(
        default=None, description="Below this an alert is one step less urgent.", examples=["100 EUR"]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        high, low = self.raise_from, self.lower_below
        if high is not None and low is not None and high.amount < low.amount:
            raise _problem("nothing can be both raised and lowered", "let `raise_from` be more than `lower_below`")
        return self


class Answers(Node):
    """What whoever is called may do at once, without asking: printed in the runbooks."""

    rollback: Text | None = Field(
        default=None,
        description="How to return to the version before.",
        examples=["kubectl argo rollouts undo fraud-detector"],
    )
    fallback: Text | None = Field(
        default=None, description="How to answer without the model.", examples=["Switch the flag `fraud-rules` on."]
    )
    shift_traffic: Text | None = Field(
        default=None, description="How to move traffic away from it.", examples=["Set the canary's weight to 0."]
    )
    contacts: tuple[Text, ...] = Field(
        default=(), description="Whom to call beyond the team.", examples=[["Fraud operations, extension 1234"]]
    )
    stakeholders: tuple[Text, ...] = Field(
        default=(), description="Who must hear of it.", examples=[["payment operations", "customer support"]]
    )
