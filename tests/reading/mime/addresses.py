"""Addresses in every shape that stands in From, To, Cc and Reply-To."""

from typing import Any

from .row import Row, letter


def sender(id: str, field: str, name: str | None, address: str | None = "jane@post.example") -> Row:
    return letter(f"from-{id}", f"From: {field}", from_=(name, address))


def to(id: str, field: str, *shown: Any) -> Row:
    return letter(f"to-{id}", f"To: {field}", to=list(shown))


A, B, C = ("", "a@post.example"), ("", "b@post.example"), ("", "c@post.example")

MAILS = (
    sender("bare", "jane@post.example", ""),
    sender("brackets-alone", "<jane@post.example>", ""),
    sender("atoms", "Jane Roe <jane@post.example>", "Jane Roe"),
    sender("quoted", '"Roe, Jane" <jane@post.example>', "Roe, Jane"),
    sender("quoted-quote", r'"Jane \"JJ\" Roe" <jane@post.example>', 'Jane "JJ" Roe'),
    sender("quoted-backslash", r'"Jane\\Roe" <jane@post.example>', "Jane\\Roe"),
    sender("quoted-brackets", '"Jane <sales> Roe" <jane@post.example>', "Jane <sales> Roe"),
    sender("comment-after", "jane@post.example (Jane Roe)", "Jane Roe"),
    sender("nested-comment", "jane@post.example (Jane (of sales) Roe)", None),
    sender("comment-before", "(desk) jane@post.example", None),
    sender("empty-name", '"" <jane@post.example>', ""),
    sender("dot-in-name", "Jane Q. Roe <jane@post.example>", "Jane Q. Roe"),
    sender("many-dots", "Dr. J. Q. Roe Jr. <jane@post.example>", "Dr. J. Q. Roe Jr."),
    sender("apostrophe", "Jane O'Roe <jane@post.example>", "Jane O'Roe"),
    sender("single-quotes", "'Jane Roe' <jane@post.example>", None),
    sender("at-in-name", "jane@post.example <jane@post.example>", None),
    sender("at-in-quoted-name", '"jane@old.example" <jane@post.example>', None),
    sender("unquoted-comma", "Roe, Jane <jane@post.example>", None),
    sender("unquoted-comma-and-title", "Roe, Jane, MD <jane@post.example>", None),
    sender("unquoted-brackets", "Jane Roe [Acme] <jane@post.example>", "Jane Roe [Acme]"),
    sender("unquoted-parentheses", "Jane Roe (Acme) <jane@post.example>", None),
    sender("unquoted-colon", "Support: Jane <jane@post.example>", None),
    sender("unquoted-slash", "Jane Roe/Acme/US <jane@post.example>", "Jane Roe/Acme/US"),
    sender("no-closing-bracket", "Jane Roe <jane@post.example", "Jane Roe"),
    sender("no-brackets", "Jane Roe jane@post.example", None),
    sender("two-brackets", "Jane Roe <<jane@post.example>>", "Jane Roe"),
    sender("no-closing-quote", '"Jane Roe <jane@post.example>', None),
    sender("no-space", "Jane Roe<jane@post.example>", "Jane Roe"),
    sender("quoted-no-space", '"Jane Roe"<jane@post.example>', "Jane Roe"),
    sender("spaces-in-brackets", "Jane Roe < jane@post.example >", "Jane Roe"),
    sender("mailto", "Jane Roe <mailto:jane@post.example>", "Jane Roe"),
    sender("route", "Jane Roe <@relay.example,@two.example:jane@post.example>", "Jane Roe"),
    sender("folded", "Jane Roe\n <jane@post.example>", "Jane Roe"),
    sender("folded-by-tab", '"Jane\n\tRoe"\n\t<jane@post.example>', "Jane Roe"),
    sender("no-space-after-colon", "Jane Roe <jane@post.example>", "Jane Roe"),
    sender("trailing-comma", "Jane Roe <jane@post.example>,", "Jane Roe"),
    sender("trailing-semicolon", "Jane Roe <jane@post.example>;", "Jane Roe"),
    sender("trailing-text", "Jane Roe <jane@post.example> via Desk", None),
    sender("plus", "jane+lists=x@post.example", "", "jane+lists=x@post.example"),
    sender("odd-local-part", "Jane <!#$%&'*+-/=?^_`{|}~@post.example>", "Jane", "!#$%&'*+-/=?^_`{|}~@post.example"),
    sender("quoted-local-part", 'Jane <"jane roe"@post.example>', "Jane", '"jane roe"@post.example'),
    sender("two-dots", "Jane <jane..roe@post.example>", "Jane", "jane..roe@post.example"),
    sender("dot-before-at", "Jane <jane.@post.example>", "Jane", "jane.@post.example"),
    sender("domain-literal", "Jane <jane@[192.0.2.7]>", "Jane", "jane@[192.0.2.7]"),
    sender("upper-case", "JANE ROE <JANE@POST.EXAMPLE>", "JANE ROE"),
    sender("underscore-host", "Jane <jane@mail_1.post.example>", "Jane", "jane@mail_1.post.example"),
    sender("utf-8-local-part", "Jüri <jüri@post.example>", "Jüri", "jüri@post.example"),
    sender("idn-in-utf-8", "Jane <jane@õhtu.example>", "Jane", None),
    sender("idn-in-ascii", "Jane <jane@xn--htu-fla.example>", "Jane", None),
    sender("name-of-cjk", "山田太郎 <jane@post.example>", "山田太郎"),
    sender("two-senders", "Jane <jane@post.example>, Joe <joe@post.example>", "Jane"),
    sender("exchange", '"IMCEAEX-_O=ACME_CN=jane@post.example" <jane@post.example>', None),
    sender("long-name", "J" * 300 + " <jane@post.example>", "J" * 300),
    to("two", "a@post.example, b@post.example", A, B),
    to("two-without-space", "a@post.example,b@post.example", A, B),
    to("folded", "a@post.example,\n b@post.example,\n\tc@post.example", A, B, C),
    to("semicolons", "a@post.example; b@post.example; c@post.example", A, B, C),
    to("semicolons-with-names", "Ann <a@post.example>; Ben <b@post.example>", ("Ann", A[1]), ("Ben", B[1])),
    to("empty-items", ",a@post.example, , b@post.example,", A, B),
    to("group", "Friends: a@post.example, Ben <b@post.example>;", A, ("Ben", B[1])),
    to("group-with-quoted-name", '"My, friends": a@post.example, b@post.example;', A, B),
    to("group-and-more", "Friends: a@post.example; , c@post.example", A, C),
    to("undisclosed", "undisclosed-recipients:;"),
    to("undisclosed-with-space", "Undisclosed recipients: ;"),
    to("undisclosed-quoted", '"Undisclosed-Recipient:;"'),
    to("undisclosed-with-list", "undisclosed-recipients: ;, a@post.example", A),
    to("nothing", ""),
    to("quoted-commas", '"Ann, A" <a@post.example>, "Ben, B" <b@post.example>', ("Ann, A", A[1]), ("Ben, B", B[1])),
    to("unquoted-comma", "Smith, Ann <a@post.example>, Ben <b@post.example>", (None, A[1]), ("Ben", B[1])),
    to("comments", "a@post.example (Ann), b@post.example (Ben, of sales)", ("Ann", A[1]), ("Ben, of sales", B[1])),
    to("comment-with-a-bracket", r"a@post.example (Ann \) A), b@post.example", (None, A[1]), B),
    to("brackets-each", "<a@post.example>, <b@post.example>", A, B),
    to(
        "apostrophe-in-one",
        "Ann O'Hara <a@post.example>, Ben O'Neil <b@post.example>",
        ("Ann O'Hara", A[1]),
        ("Ben O'Neil", B[1]),
    ),
    to("same-twice", "A <a@post.example>, B <b@post.example>", ("A", A[1]), ("B", B[1])),
    to("trailing-semicolon", "a@post.example, b@post.example;", A, B),
    to(
        "fifty",
        ",\n ".join(f"N{n} <n{n}@post.example>" for n in range(50)),
        *((f"N{n}", f"n{n}@post.example") for n in range(50)),
    ),
    letter(
        "cc-and-reply-to",
        "Cc: Ann <a@post.example>\nReply-To: Ben <b@post.example>",
        cc=[("Ann", A[1])],
        reply_to=[("Ben", B[1])],
    ),
    letter("cc-in-capitals", "CC: Ann <a@post.example>,\n Ben <b@post.example>", cc=[("Ann", A[1]), ("Ben", B[1])]),
    letter("reply-to-of-many", "Reply-To: a@post.example, b@post.example", reply_to=[A, B]),
    letter("reply-to-empty", "Reply-To:\nCc:", reply_to=[], cc=[]),
    letter("bcc-is-not-cc", "Bcc: a@post.example", cc=[]),
)
