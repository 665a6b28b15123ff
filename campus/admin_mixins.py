"""What several pages of the admin share."""

from django.contrib import admin
from django.db.models import QuerySet


class DeletedOneByOneMixin:
    """Rows that others hang on: from its page, Django says which; from the list, a whole page would be tried at once."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ReadOnlyMixin:
    """Rows that are written elsewhere: staff add none, and neither edit nor delete them unless the class says so.

    may_change: for actions that ask for the permission to change, on fields that are read only all the same.
    """

    may_change = False
    may_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return self.may_change and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.may_delete and super().has_delete_permission(request, obj)


class KnownFilter(admin.SimpleListFilter):
    """What is not among the choices asks for nothing."""

    def value(self):
        value = super().value()
        return value if value in dict(self.lookup_choices) else None


class HolderFilter(KnownFilter):
    """Who has each row: oneself, nobody, or one of `others`. `field` names the account."""

    title = parameter_name = "suivi"
    field = ""

    def others(self, request) -> QuerySet:
        """The accounts that have some, whoever asks."""
        raise NotImplementedError

    def lookups(self, request, model_admin):
        others = self.others(request).exclude(pk=request.user.pk)
        return [("moi", "Par moi"), ("personne", "Par personne")] + [(str(one.pk), f"Par {one}") for one in others]

    def queryset(self, request, queryset):
        match self.value():
            case None:
                return queryset
            case "moi":
                return queryset.filter(**{self.field: request.user})
            case "personne":
                return queryset.filter(**{f"{self.field}__isnull": True})
        return queryset.filter(**{self.field: self.value()})
