"""Zero and one are singular in French, in every template."""

import pytest
from django.template import engines


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 élève"), (1, "1 élève"), ("0", "0 élève"), (2, "2 élèves"), (1.5, "1.5 élève")]
)
def test_a_count_agrees_with_its_word(count, told):
    template = engines["django"].from_string(
        "{% autoescape off %}{{ count }}{% endautoescape %} élève{{ count|pluralize }}"
    )

    assert template.render({"count": count}).replace(",", ".") == told


@pytest.mark.parametrize(("names", "told"), [([], "nouvel"), (["a"], "nouvel"), (["a", "b"], "nouveaux")])
def test_other_endings_follow_what_has_a_length(names, told):
    template = engines["django"].from_string('nouve{{ names|pluralize:"l,aux" }}')

    assert template.render({"names": names}) == told
