"""What reviews say together: the weighted mean of each, their spread, and whether they disagree."""

from dataclasses import dataclass
from statistics import mean

from trainers.models import Application, Criterion, Review

DISAGREEMENT = 1.5
"""Reviews whose means are this far apart, or more, disagree; so do those that recommend the opposite."""


@dataclass
class CriterionScores:
    criterion: Criterion
    values: list[int]

    @property
    def mean(self) -> float | None:
        return mean(self.values) if self.values else None

    @property
    def spread(self) -> int:
        """From the lowest to the highest."""
        return max(self.values) - min(self.values) if self.values else 0


@dataclass
class Summary:
    reviews: list[tuple[Review, float | None]]
    """Those that count, each with its weighted mean, from 1 to 5."""
    criteria: list[CriterionScores]

    @property
    def mean(self) -> float | None:
        means = [value for _review, value in self.reviews if value is not None]
        return mean(means) if means else None

    @property
    def spread(self) -> float:
        means = [value for _review, value in self.reviews if value is not None]
        return max(means) - min(means) if means else 0

    @property
    def disagrees(self) -> bool:
        said = {review.recommendation for review, _value in self.reviews}
        return self.spread >= DISAGREEMENT or {"retenir", "refuser"} <= said


def summary_of(application: Application) -> Summary:
    """The submitted reviews of `application` together, in four queries. Who may see them: Review.objects.visible_to."""
    reviews = application.reviews.submitted().select_related("reviewer").prefetch_related("scores__criterion")
    reviews = list(reviews)
    scores = [score for review in reviews for score in review.scores.all()]
    return Summary(
        reviews=[(review, weighted_mean(review.scores.all())) for review in reviews],
        criteria=[
            CriterionScores(criterion, [score.value for score in scores if score.criterion_id == criterion.pk])
            for criterion in application.call.criteria.all()
        ],
    )


def weighted_mean(scores) -> float | None:
    """scores: iterable of Score with their criterion. None without any."""
    scores = list(scores)
    weights = sum(score.criterion.weight for score in scores)
    return sum(score.value * score.criterion.weight for score in scores) / weights if weights else None
