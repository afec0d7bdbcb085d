from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.case import Author
from mailbot.core.threads import OURS, Clue, Match, Sign, match

CUSTOMER, STRANGER = "kate@mail.example", "eve@other.example"
PARTIES = {1: {CUSTOMER: Author.CUSTOMER}, 2: {CUSTOMER: Author.CUSTOMER}}


def sign(clue: Clue, case_id: int = 1) -> Sign:
    return Sign(clue, case_id, clue.value)


def test_a_mail_without_signs_belongs_to_no_case() -> None:
    assert match([], {}, CUSTOMER) == Match()


def test_the_customer_is_recognised_by_every_sign() -> None:
    for clue in Clue:
        found = match([sign(clue)], PARTIES, CUSTOMER)
        assert (found.case_id, found.role) == (1, Author.CUSTOMER)


def test_a_stranger_with_one_of_our_ids_is_a_third_party() -> None:
    for clue in OURS:
        found = match([sign(clue)], PARTIES, STRANGER)
        assert (found.case_id, found.role) == (1, Author.THIRD_PARTY)


def test_a_stranger_with_what_anybody_can_copy_opens_a_new_case_linked_to_the_suspected_one() -> None:
    found = match([sign(Clue.CASE_NUMBER), sign(Clue.THEIR_MESSAGE_ID)], PARTIES, STRANGER)
    assert (found.case_id, found.suspected_id) == (None, 1)


def test_our_own_id_outweighs_everything_that_can_be_copied() -> None:
    signs = [sign(Clue.CASE_NUMBER, 1), sign(Clue.THEIR_MESSAGE_ID, 1), sign(Clue.OUR_MESSAGE_ID, 2)]
    assert match(signs, PARTIES, CUSTOMER).case_id == 2


def test_of_two_equal_signs_the_later_is_nearer_to_the_reply() -> None:
    signs = [sign(Clue.OUR_MESSAGE_ID, 1), sign(Clue.OUR_MESSAGE_ID, 2)]
    assert match(signs, PARTIES, CUSTOMER).case_id == 2


def test_a_case_that_the_sender_is_no_party_to_does_not_hide_one_that_they_are() -> None:
    signs = [sign(Clue.CASE_NUMBER, 3), sign(Clue.THEIR_MESSAGE_ID, 3), sign(Clue.CASE_NUMBER, 1)]
    assert match(signs, PARTIES, CUSTOMER).case_id == 1


@given(st.lists(st.builds(sign, st.sampled_from(sorted(set(Clue) - OURS)), st.integers(1, 3))))
def test_no_number_of_copied_signs_lets_a_stranger_into_a_case(signs: list[Sign]) -> None:
    assert match(signs, PARTIES, STRANGER).case_id is None
