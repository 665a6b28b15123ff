"""What the invented agents thought of the sessions that they have followed: three in four answer, always the same."""

from collections import Counter

from enrolments.demo import FIRST_AGENT
from enrolments.enums import EnrolmentState, Reinvestment, Satisfaction
from enrolments.models import Enrolment, Feedback

SAID = [
    (Satisfaction.VERY_HIGH, Reinvestment.YES, "Des exemples concrets, que j'ai pu reprendre dès la semaine suivante."),
    (Satisfaction.HIGH, Reinvestment.YES, ""),
    (Satisfaction.HIGH, Reinvestment.UNKNOWN, "Un rythme un peu rapide l'après-midi."),
    (Satisfaction.VERY_HIGH, Reinvestment.YES, ""),
    (Satisfaction.MIDDLING, Reinvestment.UNKNOWN, "J'attendais plus de pratique."),
    (Satisfaction.HIGH, Reinvestment.YES, "Les échanges entre ministères valent le déplacement."),
    (Satisfaction.LOW, Reinvestment.NO, "Trop général pour mon poste."),
]
SILENT = 4
"""One in so many does not answer."""


def load() -> Counter:
    """Write what is absent; nothing of the first agent, who has still to answer. Returns how many « avis »."""
    attended = (
        Enrolment.objects.filter(agent__is_demo=True, state=EnrolmentState.PRESENT)
        .exclude(agent__email=FIRST_AGENT)
        .order_by("pk")
    )
    given = set(Feedback.objects.values_list("enrolment", flat=True))
    new = []
    for enrolment in attended.only("pk"):
        if enrolment.pk % SILENT and enrolment.pk not in given:
            satisfaction, reinvestment, comment = SAID[enrolment.pk % len(SAID)]
            new.append(
                Feedback(enrolment=enrolment, satisfaction=satisfaction, reinvestment=reinvestment, comment=comment)
            )
    return Counter({"avis": len(Feedback.objects.bulk_create(new))})
