"""What is reached on mails that nothing was learnt from stays reached, less a few mails that chance may decide."""

import pytest

from tests.reading.unseen import answer_shares, mail_shares

pytestmark = pytest.mark.xdist_group("unseen")
AT_LEAST = {
    "complaint or not": 0.83,
    "complaints found": 0.90,
    "type": 0.69,
    "type, hard half": 0.59,
    "demanded remedy": 0.71,
    "order number": 0.95,
    "amount and currency": 0.95,
    "severity": 0.75,
    "threat, recall": 0.77,
    "threat, precision": 0.67,
    "safety, recall": 0.79,
    "safety, precision": 0.82,
    "repeat, recall": 0.74,
    "repeat, precision": 0.58,
    "language, 10 words and more": 0.97,
    "language, shorter": 0.95,
}
ANSWERS_AT_LEAST = {"rating": 0.90, "sentiment": 0.77, "wants reopen": 0.90}


def test_mails_are_understood_as_well_as_before():
    reached = {name: share.value for name, share in mail_shares().items()}
    assert all(reached[name] >= least for name, least in AT_LEAST.items()), reached
    assert reached["taken for complaints"] <= 0.38


def test_answers_are_understood_as_well_as_before():
    reached = {name: share.value for name, share in answer_shares().items()}
    assert all(reached[name] >= least for name, least in ANSWERS_AT_LEAST.items()), reached
