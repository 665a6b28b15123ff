"""The spaces of partners in the demonstration."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from campus.accounts.models import User
from catalogue.models import Cursus, CursusTraining, PartnerRevision, Proposal

pytestmark = pytest.mark.django_db


def test_four_schools_have_their_space_once(client, capsys):
    with pytest.raises(CommandError, match="load_demo"):
        call_command("load_demo_partners")
    call_command("load_demo", verbosity=0)

    call_command("load_demo_partners")
    call_command("load_demo_partners")

    assert "déjà là" in capsys.readouterr().out
    assert Cursus.objects.values("partner").distinct().count() == 4
    assert CursusTraining.objects.count() == 16
    assert PartnerRevision.objects.pending().count() == 1
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["brouillon", "soumise"]
    client.force_login(User.objects.get(email="referent@exemple.gouv.fr"))
    page = client.get(reverse("catalogue:partner_spaces")).text
    assert "École nationale de la magistrature" in page
    assert "Formation initiale des auditeurs de justice" in client.get("/partenaires/enm/").text
