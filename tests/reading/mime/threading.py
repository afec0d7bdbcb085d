"""Ids of In-Reply-To and References in every shape."""

from .row import Row, letter


def thread(id: str, fields: str, *ids: str) -> Row:
    return letter(f"thread-{id}", fields, references=list(ids))


MANY = [f"n{n}@kaup.example" for n in range(60)]

MAILS = (
    thread("none", "X-Mailer: x"),
    thread("in-reply-to", "In-Reply-To: <a@x.example>", "a@x.example"),
    thread("references", "References: <a@x.example> <b@x.example>", "a@x.example", "b@x.example"),
    thread("both-the-same", "References: <a@x.example>\nIn-Reply-To: <a@x.example>", "a@x.example"),
    thread(
        "both-the-usual-way",
        "In-Reply-To: <b@x.example>\nReferences: <a@x.example> <b@x.example>",
        "a@x.example",
        "b@x.example",
    ),
    thread(
        "parent-not-among-references",
        "References: <a@x.example>\nIn-Reply-To: <b@x.example>",
        "a@x.example",
        "b@x.example",
    ),
    thread(
        "folded",
        "References: <a@x.example>\n <b@x.example>\n\t<c@x.example>",
        "a@x.example",
        "b@x.example",
        "c@x.example",
    ),
    thread("folded-at-once", "References:\n <a@x.example>", "a@x.example"),
    thread("no-spaces", "References: <a@x.example><b@x.example>", "a@x.example", "b@x.example"),
    thread("commas", "References: <a@x.example>, <b@x.example>", "a@x.example", "b@x.example"),
    thread("repeated", "References: <a@x.example> <b@x.example> <a@x.example>", "a@x.example", "b@x.example"),
    thread("sixty", "References: " + "\n ".join(f"<{one}>" for one in MANY), *MANY),
    thread("of-words", 'In-Reply-To: Your message of "Mon, 12 May 2014 08:09:10 +0300." <a@x.example>', "a@x.example"),
    thread("of-words-and-address", 'In-Reply-To: <a@x.example> from Jane at "May 12"', "a@x.example"),
    thread("comment-after", "In-Reply-To: <a@x.example> (Jane's message of May)", "a@x.example"),
    thread("id-without-at", "In-Reply-To: <20140512-onlyleft>", "20140512-onlyleft"),
    thread("id-with-literal", "References: <1@[192.0.2.1]>", "1@[192.0.2.1]"),
    thread("id-with-quotes", 'References: <"a.b"@x.example>', '"a.b"@x.example'),
    thread("id-with-odd-characters", "References: <a$b%c=d+e/f!g#h@x.example>", "a$b%c=d+e/f!g#h@x.example"),
    thread(
        "id-of-outlook",
        "References: <AM0PR01MB1234A1B2C3@AM0PR01MB1234.prod.outlook.example>",
        "AM0PR01MB1234A1B2C3@AM0PR01MB1234.prod.outlook.example",
    ),
    thread(
        "id-of-exchange-with-spaces",
        "References: <c=US%a=_%p=Acme%l=HUB-970512Z-12@hub.acme.example>",
        "c=US%a=_%p=Acme%l=HUB-970512Z-12@hub.acme.example",
    ),
    thread("id-of-gmail", "In-Reply-To: <CAB+Xy=-z_1@mail.gmail.example>", "CAB+Xy=-z_1@mail.gmail.example"),
    thread("case-is-kept", "References: <AbC@X.Example>", "AbC@X.Example"),
    thread("in-capitals", "REFERENCES: <a@x.example>\nIN-REPLY-TO: <b@x.example>", "a@x.example", "b@x.example"),
    thread("space-inside-brackets", "In-Reply-To: < a@x.example >", "a@x.example"),
    thread("line-break-inside-brackets", "References: <a.very.long.id\n @x.example>", "a.very.long.id@x.example"),
    thread("empty-fields", "References:\nIn-Reply-To:"),
    thread("empty-brackets", "In-Reply-To: <>"),
    thread("several-parents", "In-Reply-To: <a@x.example> <b@x.example>", "a@x.example", "b@x.example"),
    thread("without-brackets", "In-Reply-To: a@x.example", "a@x.example"),
    thread("tabs-between", "References: <a@x.example>\t<b@x.example>", "a@x.example", "b@x.example"),
    thread("comment-between", "References: <a@x.example> (was: x) <b@x.example>", "a@x.example", "b@x.example"),
    thread("five-hundred-brackets", "References: " + "<" * 500 + "a@x.example>", "a@x.example"),
)
