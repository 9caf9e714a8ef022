"""The web application: the page, a health check, and the server that runs them.

Usage:
    app = create_app(Settings.load())  # any ASGI server
    serve(Settings.load())  # ours, until Ctrl-C or SIGTERM
"""

import asyncio
import contextlib
import errno
import logging
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn
from anyio import to_thread
from fastapi import FastAPI

from coach import Coach, CoachError, ConfigError, Settings
from ui.http.begun import add_begun
from ui.http.completions import add_completions
from ui.http.data import OwnPageMiddleware, add_data_routes
from ui.http.identity import IdentityMiddleware
from ui.http.install import add_install
from ui.http.lock import LockMiddleware
from ui.http.privacy import PrivacyMiddleware
from ui.http.tidying import tidying
from ui.web.words import load_words

__all__ = ["create_app", "serve"]

_logger = logging.getLogger(__name__)

_OURS = ("coach", "knowledge", "ui")
_SHUTDOWN_SECONDS = 2


def create_app(settings: Settings) -> FastAPI:
    """Build the web application. The coach is opened and closed with its lifespan.

    Args:
        settings: The settings.

    Returns:
        The application.

    Raises:
        ConfigError: A file of the page is wrong.
    """
    # Gradio takes seconds to import: `serve` looks at the port first.
    from ui.http.sign_in import SignInMiddleware, add_sign_in
    from ui.web.locked import LockedPages
    from ui.web.page import mount_page
    from ui.web.turns import Turns

    coach = Coach(settings)
    turns = Turns(coach)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with coach:
            # Conversations that cannot be kept are told of now, not after her first message.
            await to_thread.run_sync(lambda: coach.records)
            await to_thread.run_sync(_tell_who_gets_in, coach, settings)
            async with turns, tidying(coach, turns):
                yield

    app = FastAPI(title="Reflection coach", lifespan=lifespan, openapi_url=None)
    app.state.coach, app.state.turns = coach, turns
    # The last one is the first to be asked: nobody is locked before it is known who asks, and
    # whatever one of them answers itself has the headers as well.
    app.add_middleware(LockMiddleware, coach=coach)
    if settings.sign_in_needed:
        app.add_middleware(SignInMiddleware, coach=coach)
        add_sign_in(app, coach)
    else:
        app.add_middleware(IdentityMiddleware)
    app.add_middleware(OwnPageMiddleware)
    app.add_middleware(PrivacyMiddleware)

    @app.get("/healthz")
    def health() -> dict[str, Any]:
        model = coach.model_status()
        return {"status": "ok", "model": {"state": model.state, "name": model.name}}

    words = load_words()
    LockedPages(coach, settings, words).add_to(app)
    add_data_routes(app, coach, turns)
    add_completions(app, coach)
    add_begun(app)
    add_install(app, words)
    return mount_page(app, coach, turns, settings)


def serve(settings: Settings) -> None:
    """Serve the page until SIGINT or SIGTERM, then return.

    Args:
        settings: The settings; port 0 takes any free one.

    Raises:
        CoachError: The port is taken, the address is not this machine's, or the coach
            cannot be opened; one clear sentence.
    """
    _log_to_stderr(settings)
    with _listen(settings) as listener, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(settings, listener))


async def _run(settings: Settings, listener: socket.socket) -> None:
    app = create_app(settings)  # here, because Gradio makes a loop where it finds none
    config = uvicorn.Config(
        app,
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = uvicorn.Server(config)
    # The lifespan is ours rather than uvicorn's, so that an error in it arrives as what
    # it is and not as a stack trace in the log.
    async with app.router.lifespan_context(app):
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        _logger.info("The coach is at http://%s:%d", shown, port)
        with _signals_end_here():
            await server.serve(sockets=[listener])


def _tell_who_gets_in(coach: Coach, settings: Settings) -> None:
    if settings.sign_in_needed:
        if coach.records.users.nobody():
            _logger.warning("Nobody can sign in yet: `coach user add NAME` adds somebody.")
    elif not settings.on_loopback:
        _logger.warning(
            "COACH_SIGN_IN=off: anybody who reaches %s gets in, unless something in front of "
            "the coach asks them to sign in.",
            settings.host,
        )


def _log_to_stderr(settings: Settings) -> None:
    # Libraries may write whole requests, and so her words, at lower levels.
    def ours(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or record.name.split(".")[0] in _OURS

    handler = logging.StreamHandler()
    handler.addFilter(ours)
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=[handler]
    )
    for name in _OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())


@contextlib.contextmanager
def _signals_end_here() -> Iterator[None]:
    # uvicorn raises the signal once more after it has shut down; that one would end the
    # process before the lifespan has stored and closed everything.
    before = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"There is no address {host!r} on this machine.") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise _cannot_listen(error, host, port) from error
    return listener


def _cannot_listen(error: OSError, host: str, port: int) -> CoachError:
    if error.errno == errno.EADDRINUSE:
        return CoachError(f"Port {port} is already taken; choose another with --port.")
    if error.errno == errno.EACCES:
        return CoachError(f"Port {port} needs more rights; choose one above 1023 with --port.")
    return ConfigError(f"The coach cannot listen on {host!r}, port {port}: {error.strerror}.")
