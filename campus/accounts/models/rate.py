from django.db import models


class Rate(models.Model):
    """How many times somebody did something in an hour. `subject` is a keyed hash: neither address nor IP is kept."""

    limit = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["limit", "subject", "hour"], name="rate_one_row_an_hour"),
        ]
        indexes = [models.Index(fields=["hour"], name="rate_hour")]

    def __str__(self):
        return f"{self.limit}, {self.hour:%d/%m %H h} : {self.count}"
