"""The answer to the follow-up question: a mark from 1 to 5, how content the customer is, whether the case goes on."""
