"""The elements in which mail programs put the old mail and signatures, as CSS selectors."""

ATTRIBUTIONS = "div.gmail_attr, div.moz-cite-prefix, #reply-intro, .-x-evo-attribution"
"""What introduces a quote."""

QUOTES = ", ".join((
    "blockquote", "div.moz-forward-container",
    'div[name="quote"]', 'div[name="quoted-content"]', 'div[name="messageReplySection"]',
    'div[name="message_reply_section"]', '[data-marker="__HEADERS__"]', '[data-marker="__QUOTED_TEXT__"]',
    "#mail-editor-reference-message-container", "div.ms-outlook-mobile-reference-message", "div.mail-quote-collapse",
    ".tutanota_quote", ".front-blockquote", ".freshdesk_quote", ".missive_quote", ".sh-quoted-content",
    ".history_container", "#isReplyContent", ".ntes_not_fresh_outer", "#edo-original",
    "#edo-meta", ".zmail_extra", "#AppleOriginalContents", ".hs_reply", ".OutlookMessageHeader", "#replybody1",
    "#forwardbody1", ".skiff_quote", ".mailbird-quote", ".reply-quote", ".quotedText", "#quoted_header",
    ".airmail_ext_on",
))  # fmt: skip
"""What is the old mail from end to end."""

WRAPPERS = ", ".join((
    "div.gmail_quote", "div.gmail_quote_container", "div.yahoo_quoted", '[id^="yahoo_quoted"]',
    ".protonmail_quote", ".ymail_quote", ".yahoo-quoted", "#aol-quoted", ".qmbox", ".zoho_quote",
))  # fmt: skip
"""What holds an attribution and a quote, and words below them where the writer answered there."""

PROGRAMS = ", ".join((
    ATTRIBUTIONS, WRAPPERS, QUOTES.replace("blockquote", 'blockquote[type="cite"], blockquote.gmail_quote', 1),
))  # fmt: skip
"""What only mail programs write: a `blockquote` without their marks may be of the writer's own choice."""

SIGNATURES = ", ".join((
    "div.gmail_signature", '[data-smartmail="gmail_signature"]', ".gmail_signature_prefix", ".moz-signature",
    "#Signature", "#signature", "#ms-outlook-mobile-signature", "#AppleMailSignature", ".protonmail_signature_block",
    'div[name="messageSignatureSection"]', ".front-signature", ".missive_signature", ".sh-signature",
    '[data-signature-widget="container"]', "#mail-app-auto-default-signature", '[data-marker="__SIG_PRE__"]',
    '[data-marker="__SIG_POST__"]', "#composer_signature", "#edo-signature", "#ymail_android_signature",
    "#yahoo_android_signature", ".tutanota_signature", ".hs_signature", ".freshdesk_signature", "#_rc_sig",
    'div[id^="ydp"][class*="signature"]', ".nylas-signature", ".mailbird-signature", "#bluemail_signature",
))  # fmt: skip

LAST = (
    ("#divRplyFwdMsg", False), ("#appendonsend", False), ("#zwchr", False), ("#stopSpelling", False),
    ("#OLK_SRC_BODY_SECTION", False), ("#ms-outlook-mobile-body-separator-line", False),
    ('div[style*="border-top:solid #E1E1E1"]', True), ('div[style*="border-top:solid #B5C4DF"]', True),
    ('div[style*="border-top: 1pt solid rgb(225, 225, 225)"]', True),
    ('div[style*="border-top: 1pt solid rgb(181, 196, 223)"]', True),
    ('div[style*="border-top: 1px solid rgb(181, 196, 223)"]', True),
)  # fmt: skip
"""Marks behind which everything is the old mail; whether they count only where header lines follow."""
