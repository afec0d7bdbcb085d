"""Signed and encrypted mail: PGP in the text and in MIME, S/MIME in all its forms."""

from .row import PDF, Row, b64, letter
from .structure import SAID, TEXT, multi

SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe parcel is broken.\n- -- \nMari\n"
    "-----BEGIN PGP SIGNATURE-----\nVersion: Mailer 1\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"
)
SECRET = "-----BEGIN PGP MESSAGE-----\n\nhQEMA1234567890\n=abcd\n-----END PGP MESSAGE-----\n"
INNER = f"{TEXT}".replace("\n", "\r\n").encode()


def der(tag: int, *content: bytes) -> bytes:
    """A value in DER."""
    body = b"".join(content)
    size = len(body)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + body


def oid(last: int) -> bytes:
    """One of the types of PKCS #7."""
    return der(6, bytes([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, last]))


def signed_data(content: bytes) -> bytes:
    """Content in SignedData, without signers."""
    inner = der(0x30, oid(1), der(0xA0, der(4, content)))
    return der(0x30, oid(2), der(0xA0, der(0x30, der(2, b"\1"), der(0x31), inner, der(0x31))))


def smime(id: str, kind: str, data: bytes, name: str = "smime.p7m", **expected: object) -> Row:
    return letter(
        f"smime-{id}",
        f"Content-Type: application/{kind}; name={name}\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename={name}\n\n{b64(data)}",
        **expected,
    )


P7S = (
    f"Content-Type: application/{{}}; name=smime.p7s\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=smime.p7s\n\n{b64(bytes(200))}"
)
PAPER = (
    "Content-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=bill.pdf\n\n{b64(PDF)}"
)

MAILS = (
    letter("pgp-clear-signed", f"Content-Type: text/plain\n\n{SIGNED}", has=[SAID]),
    letter(
        "pgp-clear-signed-by-type",
        f"Content-Type: application/pgp; format=text; x-action=sign\n\n{SIGNED}",
        from_=("Mari Maasikas", "mari@kaup.example"),
    ),
    letter(
        "pgp-message-in-the-text", f"Content-Type: text/plain\n\n{SECRET}", has=["BEGIN PGP MESSAGE"], attachments=[]
    ),
    letter(
        "pgp-signed-mime",
        multi(
            "signed",
            TEXT,
            "Content-Type: application/pgp-signature; name=signature.asc\n"
            "Content-Description: OpenPGP digital signature\n\n-----BEGIN PGP SIGNATURE-----\n\nab\n"
            "-----END PGP SIGNATURE-----\n",
            more='; micalg=pgp-sha1; protocol="application/pgp-signature"',
        ),
        text=SAID,
    ),
    letter(
        "pgp-signed-mime-with-paper",
        multi("signed", multi("mixed", TEXT, PAPER, boundary="in"), "Content-Type: application/pgp-signature\n\nab\n"),
        text=SAID,
        attached=["bill.pdf"],
    ),
    letter(
        "pgp-key-attached",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/pgp-keys; name=key.asc\nContent-Disposition: "
            "attachment; filename=key.asc\n\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nab\n"
            "-----END PGP PUBLIC KEY BLOCK-----\n",
        ),
        text=SAID,
        attachments=[("key.asc", None, False)],
    ),
    letter(
        "pgp-protected-fields",
        multi(
            "signed",
            "Content-Type: text/plain; charset=utf-8; protected-headers=v1\n"
            "Subject: About my order\nFrom: Mari <mari@kaup.example>\n\nThe parcel is broken.\n",
            "Content-Type: application/pgp-signature\n\nab\n",
        ),
        text=SAID,
    ),
    letter(
        "smime-detached",
        multi(
            "signed",
            TEXT,
            P7S.format("pkcs7-signature"),
            more='; micalg=sha-256; protocol="application/pkcs7-signature"',
        ),
        text=SAID,
    ),
    letter(
        "smime-detached-in-its-old-name",
        multi(
            "signed",
            TEXT,
            P7S.format("x-pkcs7-signature"),
            more='; micalg=sha1; protocol="application/x-pkcs7-signature"',
        ),
        text=SAID,
    ),
    letter(
        "smime-detached-with-alternative",
        multi(
            "signed",
            multi("alternative", TEXT, f"Content-Type: text/html\n\n<p>{SAID}</p>\n", boundary="in"),
            P7S.format("pkcs7-signature"),
        ),
        text=SAID,
        html_has=["<p>The parcel"],
    ),
    smime("opaque-signed", "pkcs7-mime; smime-type=signed-data", signed_data(INNER), has=[SAID]),
    smime("opaque-signed-in-its-old-name", "x-pkcs7-mime; smime-type=signed-data", signed_data(INNER), has=[SAID]),
    smime(
        "enveloped",
        "pkcs7-mime; smime-type=enveloped-data",
        der(0x30, oid(3), der(0xA0, der(0x30, der(2, b"\0")))),
        text="",
        attached=["smime.p7m"],
    ),
    smime(
        "enveloped-damaged",
        "pkcs7-mime; smime-type=signed-data",
        b"\x30\x82\xff\xff" + bytes(40),
        attached=["smime.p7m"],
    ),
)
