"""What reviewers, staff and applicants have written on an application: reviews, notes, questions and answers."""

from trainers.demo_data.working_time import after
from trainers.enums import ApplicationState, Recommendation
from trainers.models import Criterion, Note, Review, Score, ThreadMessage

S, R = ApplicationState, Recommendation
VALUES = {R.ACCEPT: [5, 4, 4, 5, 3], R.POOL: [3, 4, 3, 2, 4], R.REFUSE: [2, 1, 3, 2, 2]}
"""The scores that go with a recommendation, turn by turn."""
COMMENTS = {
    R.ACCEPT: [
        "« {title} » est prêt : déroulé clair, exercices vrais. À retenir.",
        "Le sujet manque au catalogue et l'expérience est là. Je vois bien « {title} » dès la prochaine saison.",
        "Très convaincant sur la façon de faire travailler les participants. « {title} » gagnerait seulement à être raccourci.",
        "Des échecs racontés honnêtement : c'est ce que nous cherchons. « {title} » pourrait tourner en région.",
    ],
    R.POOL: [
        "« {title} » intéresse, mais nous avons déjà de quoi faire cette année. À garder.",
        "Bonne candidature, disponibilités minces : « {title} » attendra une occasion.",
        "L'idée de « {title} » est juste ; il faudrait un binôme plus expérimenté.",
    ],
    R.REFUSE: [
        "« {title} » reste général : je ne vois pas ce que les participants feront.",
        "Trop proche de modules existants, et trop long. Je ne retiendrais pas « {title} ».",
        "L'expérience décrite ne couvre pas encore ce que « {title} » annonce.",
    ],
}
FOR_APPLICANT = {
    R.ACCEPT: ["Vos exemples concrets ont fait la différence.", "Pensez à prévoir un temps de pratique plus long.", ""],
    R.POOL: ["Votre proposition nous intéresse pour plus tard.", ""],
    R.REFUSE: ["Animer d'abord en binôme vous donnerait l'expérience qui manque.", ""],
}
NOTES = {
    S.IN_REVIEW: "Second avis demandé : la première lecture date de la semaine dernière.",
    S.MORE_ASKED: "Relancer si rien n'arrive avant la date.",
    S.INTERVIEW: "Échange de trente minutes en visioconférence : vérifier les disponibilités et le format.",
    S.ADVISED: "Les avis sont rendus, à passer en commission.",
    S.ACCEPTED: "Penser à la session de formation de formateurs du trimestre prochain.",
    S.POOL: "À rappeler quand le programme de l'an prochain sera connu.",
}
INVITATION = "Nous aimerions vous entendre trente minutes, en visioconférence. Quels jours de la semaine prochaine vous iraient ?"


def write_about(cases: list) -> None:
    """Write what goes with each of `cases` (applications.Case), in turn."""
    notes, messages, reviews, scores = [], [], [], []
    criteria = {case.application.call_id: None for case in cases}
    for criterion in Criterion.objects.filter(call__in=criteria).order_by("position"):
        criteria[criterion.call_id] = [*(criteria[criterion.call_id] or []), criterion]
    for number, case in enumerate(cases):
        notes += _notes(case, number)
        messages += _messages(case)
        reviews += _reviews(case, number, criteria[case.application.call_id], scores)
    Note.objects.bulk_create(notes)
    ThreadMessage.objects.bulk_create(messages)
    Review.objects.bulk_create(reviews)
    Score.objects.bulk_create(scores)


def _notes(case, number: int) -> list[Note]:
    application = case.application
    if application.state not in NOTES or number % 3 == 1:
        return []
    written_at = after(case.events[application.state].happened_at, 1)
    text = NOTES[application.state]
    return [Note(application=application, author=application.assigned_to, text=text, written_at=written_at)]


def _messages(case) -> list[ThreadMessage]:
    application, row = case.application, case.row
    asked = row.get("question") or (INVITATION if application.state == S.INTERVIEW else "")
    if not asked:
        return []
    asked_at = case.events[application.state].happened_at
    question = ThreadMessage(
        application=application,
        is_from_applicant=False,
        author=application.assigned_to,
        text=asked,
        written_at=asked_at,
        read_at=after(asked_at, 5) if "reponse" in row else None,
    )
    if "reponse" not in row:
        return [question]
    answer = ThreadMessage(
        application=application,
        is_from_applicant=True,
        author=application.applicant,
        text=row["reponse"],
        written_at=after(asked_at, 6),
    )
    return [question, answer]


def _reviews(case, number: int, criteria: list, scores: list) -> list[Review]:
    """The reviews of an application; what they score is added to `scores`."""
    began = case.events.get(S.IN_REVIEW)
    if began is None:
        return []
    said, reviews = case.row.get("avis", []), []
    # Where a second review is awaited, it is begun.
    begun = [None] if case.application.state == S.IN_REVIEW and len(said) == 1 else []
    title = case.row["contributions"][0]["titre"]
    for rank, recommendation in enumerate([*said, *begun]):
        turn = number + rank
        written_at = after(began.happened_at, (rank + 1) * 3 + turn % 4)
        review = Review(
            application=case.application,
            reviewer=case.able[rank],
            recommendation=recommendation or "",
            comment=_turn(COMMENTS[recommendation], turn).format(title=title) if recommendation else "À relire.",
            comment_for_applicant=_turn(FOR_APPLICANT[recommendation], turn) if recommendation else "",
            created_at=written_at,
            submitted_at=after(written_at, 1) if recommendation else None,
        )
        reviews.append(review)
        values = VALUES[recommendation or R.ACCEPT]
        scores += [
            Score(review=review, criterion=criterion, value=_turn(values, turn + position))
            for position, criterion in enumerate(criteria if recommendation else criteria[:2])
        ]
    return reviews


def _turn(values: list, number: int):
    return values[number % len(values)]
