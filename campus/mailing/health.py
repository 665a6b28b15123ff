"""What staff should know of messages: that nothing sends them, that some are late, that some were given up."""

from campus.mailing import worker
from campus.mailing.models import Message, MessageState


def warnings() -> list[str]:
    """Sentences, none when all is well. Three queries."""
    late, failed = Message.objects.late().count(), Message.objects.filter(state=MessageState.FAILED).count()
    sentences = []
    if not worker.is_running():
        sentences.append("Rien n'envoie les courriels : lancez « manage.py run_worker » à côté du site.")
    if late:
        sentences.append(f"Courriels en retard : {late}.")
    if failed:
        sentences.append(f"Courriels en échec : {failed}. L'action « Renvoyer » de leur liste les reprend.")
    return sentences
