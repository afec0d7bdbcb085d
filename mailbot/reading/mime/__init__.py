"""Raw bytes to a message: MIME, charsets and header fields, as they are met and not only as they should be."""
