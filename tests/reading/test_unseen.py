"""What is reached on mails that nothing was learnt from stays reached, less a few mails that chance may decide."""

import pytest

from tests.reading.unseen import FIRST, SECOND, answer_shares, mail_shares

pytestmark = pytest.mark.xdist_group("unseen")
AT_LEAST = {
    "complaint or not": 0.88,
    "complaints found": 0.90,
    "type": 0.75,
    "type, hard half": 0.64,
    "demanded remedy": 0.77,
    "order number": 0.95,
    "amount and currency": 0.95,
    "severity": 0.79,
    "threat, recall": 0.81,
    "threat, precision": 0.80,
    "safety, recall": 0.85,
    "safety, precision": 0.82,
    "repeat, recall": 0.74,
    "repeat, precision": 0.68,
    "language, 10 words and more": 0.97,
    "language, shorter": 0.95,
}
SECOND_AT_LEAST = AT_LEAST | {
    "type": 0.73,
    "amount and currency": 0.94,
    "safety, recall": 0.80,
    "safety, precision": 0.80,
    "repeat, recall": 0.72,
}
ANSWERS_AT_LEAST = {"rating": 0.91, "sentiment": 0.78, "wants reopen": 0.92}


@pytest.mark.parametrize(("folder", "floors"), [(FIRST, AT_LEAST), (SECOND, SECOND_AT_LEAST)], ids=["first", "second"])
def test_mails_are_understood_as_well_as_before(folder, floors):
    reached = {name: share.value for name, share in mail_shares(folder).items()}
    assert all(reached[name] >= least for name, least in floors.items()), reached
    assert reached["taken for complaints"] <= 0.19


@pytest.mark.parametrize("folder", [FIRST, SECOND], ids=lambda folder: folder.name)
def test_answers_are_understood_as_well_as_before(folder):
    reached = {name: share.value for name, share in answer_shares(folder).items()}
    assert all(reached[name] >= least for name, least in ANSWERS_AT_LEAST.items()), reached
