"""Mails that are HTML alone, as text."""

from tests.reading.mime.row import Row, b64, letter, qp


def page(id: str, html: str, **expected: object) -> Row:
    return letter(f"page-{id}", f"Content-Type: text/html; charset=utf-8\n\n{html}\n", **expected)


MAILS = (
    page("paragraphs", "<p>One.</p><p>Two.</p>", words="One. Two.", lacks=["<p>"]),
    page("breaks", "One<br>Two<br/>Three", text="One\nTwo\nThree"),
    page("entities", "<p>Caf&eacute; &amp; bar &#8364;12 &lt;b&gt;</p>", text="Café & bar €12 <b>"),
    page("style-and-script", "<style>p{color:red}</style><script>x()</script><p>Only this.</p>", text="Only this."),
    page("title", "<html><head><title>Untitled</title></head><body>Only this.</body></html>", text="Only this."),
    page("comment", "<!-- hidden --><p>Only this.</p>", text="Only this."),
    page("table", "<table><tr><td>Order</td><td>4411</td></tr></table>", words="Order 4411"),
    page("list", "<ul><li>first</li><li>second</li></ul>", has=["first", "second"], lacks=["<li>"]),
    page("link", 'Look at <a href="https://acme.example/x">the page</a>.', has=["Look at", "the page"]),
    page("white-space", "<p>One\n   two\n\n three</p>", text="One two three"),
    page("no-break-space", "<p>One&nbsp;two</p>", words="One two"),
    page("quote", "<div>No.</div><blockquote><p>Yes?</p></blockquote>", has=["No.", "Yes?"]),
    page("preformatted", "<pre>a\nb</pre>", text="a\nb"),
    page("mso-conditional", "<!--[if gte mso 9]><xml>x</xml><![endif]--><p>Only this.</p>", text="Only this."),
    page("office-tags", "<p>Only this.<o:p></o:p></p>", text="Only this."),
    page("unclosed", "<b>Only <i>this", words="Only this"),
    letter(
        "page-charset-in-meta",
        b'Content-Type: text/html\n\n<html><head><meta http-equiv="Content-Type" content="text/html; '
        b'charset=windows-1251"></head><body>' + "Только это.".encode("cp1251") + b"</body></html>\n",
        text="Только это.",
    ),
    letter(
        "page-in-quoted-printable",
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        + qp('<p style="margin:0">Это всё.</p>'.encode()),
        text="Это всё.",
    ),
    letter(
        "page-in-base64",
        "Content-Type: text/html; charset=gb2312\nContent-Transfer-Encoding: base64\n\n"
        + b64("<p>坏了。</p>".encode("gb2312")),
        text="坏了。",
    ),
    letter("page-labelled-as-plain", "Content-Type: text/plain\n\nUse <b> for bold.\n", text="Use <b> for bold."),
)
