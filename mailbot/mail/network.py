"""What IMAP and SMTP have in common below the protocol: verified TLS, and words for what went wrong on the line."""

import socket
import ssl

from mailbot.core.server import Server


def tls_context(server: Server) -> ssl.SSLContext:
    """A context that always verifies chain and name; `ca_file` is trusted beside the system's authorities."""
    context = ssl.create_default_context()
    if server.ca_file is not None:
        context.load_verify_locations(cafile=server.ca_file)
    return context


def explain(error: BaseException, server: Server) -> str:
    """What failed on the way to `server` and what to do about it, in one sentence for an admin."""
    where = f"{server.host}:{server.port}"
    for cause in _chain(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return (
                    f"{where}: the server's certificate is not valid ({cause.verify_message.rstrip('.')}); "
                    "check `host`, or name the authority that signed it in `ca_file`"
                )
            case ssl.SSLError():
                return f"{where}: no TLS connection ({cause.reason or cause}); check `port` and `security`"
            case socket.gaierror():
                return f"{where}: the host name was not found ({cause.strerror}); check `host` and the DNS"
            case ConnectionRefusedError():
                return f"{where}: the connection was refused; check `port`, and whether the server runs"
            case TimeoutError():
                return f"{where}: no answer in time; the server or the network is slow or down"
    return f"{where}: {error or type(error).__name__}"


def is_certificate_error(error: BaseException) -> bool:
    """Whether the connection failed because the server could not prove who it is."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    """The innermost cause first: libraries wrap it in words of their own, sometimes with two causes in one text."""
    chain = [error]
    while (cause := chain[0].__cause__ or chain[0].__context__) is not None and cause not in chain:
        chain.insert(0, cause)
    return chain
