"""Raw mails for the tests: written header by header, as they come over the wire."""

CRLF = "\r\n"


def mail(body: str | bytes, *headers: str, charset: str = "utf-8", content_type: str = "text/plain") -> bytes:
    """A mail of one part. `headers` come before the usual ones, so that they win as duplicates."""
    usual = (
        "From: Mari Maasikas <mari@kodu.example>",
        "To: support@acme.example",
        "Subject: Order",
        "Message-ID: <m1@kodu.example>",
        "Date: Tue, 03 Nov 2026 10:11:12 +0200",
        "MIME-Version: 1.0",
        f"Content-Type: {content_type}; charset={charset}",
        "Content-Transfer-Encoding: 8bit",
    )
    named = {line.partition(":")[0].lower() for line in headers}
    head = [*headers, *(line for line in usual if line.partition(":")[0].lower() not in named)]
    content = body if isinstance(body, bytes) else body.encode(charset)
    return CRLF.join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def multipart(kind: str, *parts: str | bytes, headers: tuple[str, ...] = ()) -> bytes:
    """A mail of several parts, each given with its own headers, an empty line and its content."""
    raw = [part if isinstance(part, bytes) else part.replace(CRLF, "\n").replace("\n", CRLF).encode() for part in parts]
    body = b"".join(b"--frontier\r\n" + part + b"\r\n" for part in raw) + b"--frontier--\r\n"
    return mail(body, *headers, f'Content-Type: multipart/{kind}; boundary="frontier"')
