"""The head of pages is kept for a minute; the style sheet that few of them need comes with those alone."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("order", [1, -1])
def test_a_page_has_its_own_styles_whatever_page_was_drawn_before(client, order):
    plain, with_more = reverse("pages:home"), reverse("accounts:sign_in")
    found = {url: "dsfr/more.css" in client.get(url).text for url in [plain, with_more][::order]}
    assert found == {plain: False, with_more: True}
