"""Lost cases get their numbers back from the mail that is left, and nobody can talk a number up."""

from dataclasses import replace

from mailbot.core.identities import GAP, Identity, Sighting, Writer, identities, numbers_from

FIRST = Sighting(
    message_id="k1", references=(), subject="Late", number=None, token=None, writer=Writer.CUSTOMER, opens=True
)
ANSWER = replace(
    FIRST, message_id="o1", references=("k1",), number=10007, token="a" * 26, writer=Writer.DESK, opens=False
)


def test_the_desks_own_answer_names_the_case() -> None:
    assert identities([FIRST, ANSWER]) == {"k1": Identity(10007, "a" * 26)}


def test_so_does_the_customers_reply_to_an_acknowledgement() -> None:
    reply = replace(ANSWER, message_id="k2", references=("k1", "ack"), writer=Writer.CUSTOMER)
    assert identities([FIRST, reply]) == {"k1": Identity(10007, "a" * 26)}


def test_the_desk_is_believed_before_a_customer() -> None:
    claim = replace(ANSWER, message_id="k2", number=10099, token="b" * 26, writer=Writer.CUSTOMER)
    assert identities([FIRST, claim, ANSWER]) == {"k1": Identity(10007, "a" * 26)}


def test_a_members_reply_names_the_case_by_its_subject_and_not_its_address() -> None:
    member = replace(ANSWER, references=("note",), subject="Re: Late [AP-10007]", token="m" * 26, writer=Writer.TEAM)
    assert identities([FIRST, member]) == {"k1": Identity(10007, None)}


def test_of_two_cases_with_one_subject_a_member_names_neither() -> None:
    member = replace(ANSWER, references=(), subject="Re: Late [AP-10007]", writer=Writer.TEAM)
    assert identities([FIRST, replace(FIRST, message_id="k9"), member]) == {}


def test_no_number_and_no_address_is_given_twice() -> None:
    other = replace(FIRST, message_id="k9", subject="Broken")
    claim = replace(ANSWER, references=("k9",), writer=Writer.CUSTOMER)
    also = replace(claim, number=10008)
    assert identities([FIRST, other, ANSWER, claim]) == {"k1": Identity(10007, "a" * 26)}
    assert identities([FIRST, other, ANSWER, also])["k9"] == Identity(10008, None)


def test_new_numbers_begin_behind_all_that_can_have_been_given_out() -> None:
    assert numbers_from([ANSWER], last=10001, missing=3) == 10007 + GAP
    assert numbers_from([ANSWER], last=10001, missing=30) == 10031 + GAP


def test_a_number_that_a_customer_made_up_moves_nothing() -> None:
    made_up = replace(ANSWER, number=999_999_999, writer=Writer.CUSTOMER)
    assert numbers_from([made_up], last=10001, missing=1) == 10002 + GAP
