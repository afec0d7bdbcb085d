import pytest

from bench.growth import as_lines, measure

# At a million it is to be 1.1; forty mails on a busy machine swing more.
MOST_GROWTH = 1.25
MOST_MILLISECONDS = 500


@pytest.mark.timeout(400)
def test_a_mail_costs_no_more_beside_the_cases_of_former_years() -> None:
    growth = measure(50_000, few=1_000, lean=True, rounds=30)
    print("\n".join(as_lines(growth)))
    assert growth.ratio < MOST_GROWTH
    assert max(growth.questions.values()) < MOST_MILLISECONDS
