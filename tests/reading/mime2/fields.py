"""Subjects, people, dates and ids in the shapes that real header fields have."""

from tests.reading.mime.row import Row, letter, word_b


def subject(id: str, value: str | bytes, shown: str) -> Row:
    data = value if isinstance(value, bytes) else value.encode()
    return letter(f"subject2-{id}", b"Subject: " + data, subject=shown)


def person(id: str, value: str, name: str | None, address: str | None) -> Row:
    return letter(f"person-{id}", f"From: {value}", from_=(name, address))


def people(id: str, value: str, *shown: tuple[str | None, str]) -> Row:
    return letter(f"persons-{id}", f"To: {value}", to=list(shown))


def moment(id: str, value: str, instant: str | None) -> Row:
    return letter(f"moment-{id}", f"Date: {value}", date=instant)


def answer(id: str, fields: str, *ids: str) -> Row:
    return letter(f"answer-{id}", fields, references=list(ids))


MAILS = (
    subject("plain", "A plain one", "A plain one"),
    subject("empty", "", ""),
    subject("folded", "A long one\n that is folded", "A long one that is folded"),
    subject("folded-by-tab", "A long one\n\tthat is folded", "A long one that is folded"),
    subject("with-a-colon", "Re: Fwd: order: late", "Re: Fwd: order: late"),
    subject("q-word", "=?ISO-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=", "Grüße aus Köln"),
    subject(
        "b-words-folded", word_b("Очень длинная", "utf-8") + "\n " + word_b(" тема", "utf-8"), "Очень длинная тема"
    ),
    subject("word-in-the-middle", "Order =?UTF-8?Q?n=C2=BA?= 12", "Order nº 12"),
    subject("emoji", "=?UTF-8?B?8J+YoSBhbmdyeQ==?=", "😡 angry"),
    subject("raw-utf-8", "Żółw i gęś", "Żółw i gęś"),
    subject("raw-latin-1", "Gr\xfc\xdfe aus K\xf6ln".encode("latin-1"), "Grüße aus Köln"),
    subject("raw-windows-1251", "Жалоба на доставку".encode("cp1251"), "Жалоба на доставку"),
    subject("no-gap-between-words", "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
    subject("tag-in-front", "[ext] =?utf-8?Q?=C3=84rger?=", "[ext] Ärger"),
    subject("japanese-words", word_b("お問い合わせ", "iso-2022-jp"), "お問い合わせ"),
    subject("unknown-charset", "=?x-unknown?Q?plain?=", "plain"),
    subject("equals-that-are-no-word", "a =? b ?= c", "a =? b ?= c"),
    subject("underscores", "=?utf-8?Q?one_two?=", "one two"),
    subject("percent", "100% of 5 < 6 & 7", "100% of 5 < 6 & 7"),
    subject("gb18030", word_b("投诉：包裹", "gb18030"), "投诉：包裹"),
    person("bare", "jo@reed.example", "", "jo@reed.example"),
    person("angle-alone", "<jo@reed.example>", "", "jo@reed.example"),
    person("quoted-comma", '"Reed, Jo" <jo@reed.example>', "Reed, Jo", "jo@reed.example"),
    person("comment", "jo@reed.example (Jo Reed)", "Jo Reed", "jo@reed.example"),
    person("escaped-quote", '"Jo \\"The\\" Reed" <jo@reed.example>', 'Jo "The" Reed', "jo@reed.example"),
    person("encoded", "=?utf-8?Q?J=C3=B3_Reed?= <jo@reed.example>", "Jó Reed", "jo@reed.example"),
    person("encoded-in-quotes", '"=?utf-8?Q?J=C3=B3_Reed?=" <jo@reed.example>', "Jó Reed", "jo@reed.example"),
    person("encoded-with-comma", "=?utf-8?Q?Reed=2C_J=C3=B3?= <jo@reed.example>", "Reed, Jó", "jo@reed.example"),
    person("no-space", "Jo Reed<jo@reed.example>", "Jo Reed", "jo@reed.example"),
    person("address-as-name", '"jo@reed.example" <jo@reed.example>', None, "jo@reed.example"),
    person("dots-in-name", "Jo Q. Reed <jo@reed.example>", "Jo Q. Reed", "jo@reed.example"),
    person("apostrophe", "Jo O'Reed <jo.o'reed@reed.example>", "Jo O'Reed", "jo.o'reed@reed.example"),
    person("plus", "Jo <jo+acme@reed.example>", "Jo", "jo+acme@reed.example"),
    person("single-quotes", "'Jo Reed' <jo@reed.example>", None, "jo@reed.example"),
    person("folded", "Jo Reed\n <jo@reed.example>", "Jo Reed", "jo@reed.example"),
    person("raw-utf-8", "Jóhanna <jo@reed.example>", "Jóhanna", "jo@reed.example"),
    person("route", "<@relay.example:jo@reed.example>", None, "jo@reed.example"),
    person("international", "用户 <用户@例子.example>", "用户", "用户@例子.example"),
    person("at-in-name", "Jo @ Reed Ltd <jo@reed.example>", None, "jo@reed.example"),
    person("brackets-doubled", "Jo <<jo@reed.example>>", None, "jo@reed.example"),
    people("two", "a@x.example, B <b@x.example>", ("", "a@x.example"), ("B", "b@x.example")),
    people(
        "quoted-commas", '"A, a" <a@x.example>, "B, b" <b@x.example>', ("A, a", "a@x.example"), ("B, b", "b@x.example")
    ),
    people("semicolons", "a@x.example; b@x.example", ("", "a@x.example"), ("", "b@x.example")),
    people("group", "Team: a@x.example, b@x.example;", (None, "a@x.example"), (None, "b@x.example")),
    people("undisclosed", "undisclosed-recipients:;"),
    people("trailing-comma", "a@x.example,", ("", "a@x.example")),
    people(
        "folded",
        "a@x.example,\n\tb@x.example,\n c@x.example",
        ("", "a@x.example"),
        ("", "b@x.example"),
        ("", "c@x.example"),
    ),
    letter(
        "persons-cc-and-reply-to",
        "Cc: C <c@x.example>\nReply-To: Desk <d@x.example>",
        cc=[("C", "c@x.example")],
        reply_to=[("Desk", "d@x.example")],
    ),
    letter("persons-two-to-fields", "To: a@x.example\nTo: b@x.example", to=[("", "a@x.example"), ("", "b@x.example")]),
    moment("usual", "Fri, 1 Jan 2021 00:00:01 +0000", "2021-01-01T00:00:01+00:00"),
    moment("no-weekday", "1 Jan 2021 10:00:00 -0330", "2021-01-01T10:00:00-03:30"),
    moment("no-seconds", "Fri, 1 Jan 2021 10:00 +0100", "2021-01-01T10:00:00+01:00"),
    moment("zone-name", "Fri, 1 Jan 2021 10:00:00 EST", "2021-01-01T10:00:00-05:00"),
    moment("gmt", "Fri, 01 Jan 2021 10:00:00 GMT", "2021-01-01T10:00:00+00:00"),
    moment("comment", "Fri, 1 Jan 2021 10:00:00 +0900 (JST)", "2021-01-01T10:00:00+09:00"),
    moment("two-digit-year", "Fri, 2 Feb 96 10:00:00 +0100", "1996-02-02T10:00:00+01:00"),
    moment("wrong-weekday", "Mon, 1 Jan 2021 10:00:00 +0000", "2021-01-01T10:00:00+00:00"),
    moment("minus-zero", "Fri, 1 Jan 2021 10:00:00 -0000", "2021-01-01T10:00:00+00:00"),
    moment("many-blanks", "Fri,  1  Jan 2021  9:05:07 +0000", "2021-01-01T09:05:07+00:00"),
    moment("folded", "Fri, 1 Jan 2021\n 10:00:00 +0000", "2021-01-01T10:00:00+00:00"),
    moment("nonsense", "yesterday", None),
    moment("empty", "", None),
    answer(
        "usual", "In-Reply-To: <b@x.example>\nReferences: <a@x.example> <b@x.example>", "a@x.example", "b@x.example"
    ),
    answer("folded", "References: <a@x.example>\n\t<b@x.example>", "a@x.example", "b@x.example"),
    answer("with-words", 'In-Reply-To: Your message of "Mon" <a@x.example>', "a@x.example"),
    answer(
        "exchange",
        "In-Reply-To: <AM0PR01MB1234.eurprd01.prod.x.example>\nThread-Topic: x",
        "AM0PR01MB1234.eurprd01.prod.x.example",
    ),
    letter("own-id-without-brackets", "Message-ID: 77@x.example", message_id="77@x.example"),
    letter("own-id-folded", "Message-ID:\n <78@x.example>", message_id="78@x.example"),
    letter(
        "field-names-in-capitals",
        "SUBJECT: Loud\nFROM: Jo <jo@reed.example>",
        subject="Loud",
        from_=("Jo", "jo@reed.example"),
    ),
    letter("no-space-after-colon", "Subject:Tight", subject="Tight"),
)
