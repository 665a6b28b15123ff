"""A stored file goes with its row, whoever deletes it: the applicant, staff, or a cascade."""

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from trainers.models import Attachment


@receiver(post_delete, sender=Attachment)
def erase(instance: Attachment, **kwargs) -> None:
    storage, name = instance.file.storage, instance.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))
