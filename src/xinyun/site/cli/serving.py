"""Commands that run servers, and the demonstration."""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from threading import Event, Thread
from time import sleep

from cyclopts import App

from xinyun.site import logs
from xinyun.site.cli.output import Json, actor, now, set_up, show, today

_ROUND_SECONDS = 5
_SEAL_SECONDS, _AWAY_SECONDS = 0.1, 1.0
_PUSH_SECONDS = 0.25
_NICENESS = 5
"""How far the worker, and twice as far the sealer, stands back behind those who answer people."""


def register(app: App) -> None:
    """Add the commands to the command line."""
    app.command(_demo, name="demo")
    app.command(_serve, name="serve")
    app.command(_worker, name="worker")
    app.command(_gateway, name="gateway")
    app.command(_sealer, name="sealer")


def _demo(*, subjects: int = 3000, port: int = 8000, serve: bool = True, json: Json = False) -> None:
    """建立演示省并启动服务 | Build a synthetic province, then serve it; prints the address and logins.

    Parameters
    ----------
    subjects
        生成多少个主体 | how many subjects to generate
    port
        端口 | the port to serve on
    serve
        建好后启动服务 | serve when built
    """
    os.environ["XINYUN_DEMO"] = "1"
    os.environ.setdefault("XINYUN_BASE_URL", f"http://127.0.0.1:{port}")
    set_up()
    from xinyun.site.demo import build

    built = build(subjects=subjects, actor=actor(), at=now(), say=(lambda line: None) if json else print)
    show(built, as_json=json, title="演示省已就绪 the demonstration province is ready")
    if serve:
        sys.stdout.flush()
        # A new program, not a call: the server forks, and a fork has no use of the threads that read the files.
        command = [sys.executable, "-m", "xinyun.site", "serve", "--port", str(port)]
        os.execv(sys.executable, command)  # noqa: S606 - our own command


def _serve(*, host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """启动网站、接口和核查服务 | Serve the site, the API and checks.

    Parameters
    ----------
    host
        监听地址 | address to listen on
    port
        端口 | port
    workers
        进程数 | processes
    """
    os.environ.setdefault("XINYUN_BASE_URL", f"http://{host}:{port}")
    set_up()
    from django.conf import settings
    from django.core.management import call_command
    from granian import Granian
    from granian.constants import Interfaces

    _demand_store()
    call_command("collectstatic", verbosity=0, interactive=False)
    print(f"http://{host}:{port}", flush=True)
    server = Granian(
        "xinyun.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_dictconfig=logs.of_granian(settings.XINYUN.log),
    )
    # A process, not a thread: the server forks, and a fork must not catch a thread in the middle of its work.
    command = [sys.executable, "-m", "xinyun.site", "worker", "--parent", str(os.getpid())]
    with Popen(command) as worker:  # noqa: S603 - our own command, with nothing from outside in it
        try:
            server.serve()
        finally:
            worker.terminate()


def _worker(*, parent: int | None = None) -> None:
    """在后台处理报送、投递文件夹和定时拉取，推送订阅，比对名册和名单，更新名称索引和快照，封存并签署存证，每晚抽样重放核查，
    每天删除到期的 | Work the queue, the drop folder and the pulls; tell subscribers; match rosters with lists; keep the name
    index and the snapshot, seal and sign the ledger, decide some of yesterday's checks again, let old records end once a
    day, after an officer has run retention for the first time. Several may run at once.

    Parameters
    ----------
    parent
        随此进程一同结束 | end when this process has ended
    """
    set_up()
    os.nice(_NICENESS)
    from xinyun.archive.operations import follow_documents, follow_names, follow_snapshot
    from xinyun.collection import operations as collection
    from xinyun.enforcement import operations as enforcement
    from xinyun.exchange.delivering import Courier
    from xinyun.gateway import sampling
    from xinyun.gateway.operations import seal_answered
    from xinyun.ledger.operations import seal
    from xinyun.retention.operations import take_turn

    def follow() -> None:
        follow_names(actor="worker", on=today())
        follow_documents(actor="worker", on=today())

    def keep_sealed() -> None:
        seal_answered(actor="worker", on=today(), at=now())
        seal(actor="worker", on=today())

    def work_the_queue() -> None:
        while collection.run_next(worker="worker", on=today(), at=now()):
            pass

    def take_drops() -> None:
        collection.take_drops(actor="worker", on=today(), at=now())
        collection.answer_drops(actor="worker", on=today(), at=now())

    def pull() -> None:
        collection.run_due_pulls(actor="worker", on=today(), at=now())

    def follow_into_snapshot() -> None:
        follow_snapshot(actor="worker", on=today())

    courier = Courier(actor="worker")

    def tell_subscribers() -> None:
        courier.round(now())

    def match_rosters() -> None:
        enforcement.follow(actor="worker", on=today())

    def sweep() -> None:
        collection.sweep_uploads(actor="worker", on=today())

    def let_old_records_end() -> None:
        take_turn(actor="worker", on=today(), at=now())

    def replay_some_checks() -> None:
        sampling.take_turn(actor="worker", on=today(), at=now())

    _demand_store()
    # Threads of their own: a long batch or a department's slow database keeps nothing else waiting.
    for task, seconds in (
        (work_the_queue, 1),
        (follow, 1),
        (tell_subscribers, _PUSH_SECONDS),
        (match_rosters, 1),
        (follow_into_snapshot, 1),
        (take_drops, _ROUND_SECONDS),
        (pull, _ROUND_SECONDS),
        (sweep, 3600),
        (let_old_records_end, 600),
        (replay_some_checks, 600),
    ):
        Thread(target=_repeat, args=(task, seconds), name=task.__name__, daemon=True).start()
    while parent is None or os.getppid() == parent:
        _attempt(keep_sealed)
        sleep(_ROUND_SECONDS)


def _repeat(task: Callable[[], None], seconds: float) -> None:
    while True:
        _attempt(task)
        sleep(seconds)


def _attempt(task: Callable[[], None], *, again_at_once: bool = False) -> bool:
    """Do it once, and give whether it could be done: what a store that is away kept from it, the next round makes good for.

    Connections are kept only for what is done `again_at_once`: when the last one to it is closed, SQLite writes all of its
    log into the database.
    """
    from django.db import InterfaceError, OperationalError, connections

    log, done = logging.getLogger(__name__), False
    try:
        task()
        if again_at_once:
            return True
    except (OperationalError, InterfaceError, OSError) as error:  # once a second, for as long as it is away
        log.warning("the worker could not %s: %s", task.__name__, error)
    except Exception:
        log.warning("the worker could not %s", task.__name__, exc_info=True)
    else:
        done = True
    connections.close_all()
    return done


def _gateway(
    *,
    host: str = "127.0.0.1",
    port: int = 8100,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    client_ca: Path | None = None,
) -> None:
    """启动核查网关 | Serve checks alone, in a small process of its own.

    Parameters
    ----------
    host
        监听地址 | address to listen on
    port
        端口 | port
    tls_cert
        TLS 证书，PEM | the TLS certificate, PEM
    tls_key
        证书的私钥，PEM，不加密码 | the certificate's key, PEM, without a password
    client_ca
        只放行持有此 CA 所签证书的客户端 | let in only clients with a certificate of this CA
    """
    set_up()
    import uvicorn

    from xinyun.gateway.connection import Connection
    from xinyun.gateway.queries import is_informed
    from xinyun.site.transport import options

    tls = options(tls_cert, tls_key, client_ca)
    if not is_informed():  # a replica that has an index starts while the archive is away
        _demand_store()
    _raise_file_limit()
    print(f"{'https' if tls else 'http'}://{host}:{port}/v1/checks", flush=True)
    told = {
        "log_config": None,
        "log_level": "warning",
        "access_log": False,
        "http": Connection,
        "ws": "none",
    } | tls
    told |= {"server_header": False, "proxy_headers": False, "backlog": 4096}
    command = [sys.executable, "-m", "xinyun.site", "sealer", "--parent", str(os.getpid())]
    with Popen(command) as sealer:  # noqa: S603 - our own command, with nothing from outside in it
        try:
            uvicorn.run("xinyun.gateway.asgi:app", host=host, port=port, **told)
        finally:
            sealer.terminate()


def _sealer(*, parent: int | None = None) -> None:
    """把网关答复过的核查封存入账并签署；网关自带一个，只在单独清理遗留分段时运行 | Seal into the ledger, and sign, what gateways
    answered; a gateway starts its own, so run it only for segments that were left behind.

    Parameters
    ----------
    parent
        随此进程一同结束 | end when this process has ended
    """
    set_up()
    from xinyun.gateway.operations import seal_answered
    from xinyun.ledger.operations import seal
    from xinyun.rulemaking.operations import lay_out_releases

    os.nice(2 * _NICENESS)
    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its gateway ends first, and then tells it to

    def seal_some() -> None:
        seal_answered(actor="gateway", on=today(), at=now())

    def sign() -> None:
        seal(actor="gateway", on=today())
        lay_out_releases(
            actor="gateway", on=today()
        )  # this may be another machine than the one that released

    Thread(target=_repeat, args=(sign, 2 * _ROUND_SECONDS), name="sign", daemon=True).start()
    wait = _SEAL_SECONDS
    while not ended.wait(wait) and (parent is None or os.getppid() == parent):
        wait = _SEAL_SECONDS if _attempt(seal_some, again_at_once=True) else _AWAY_SECONDS
    _attempt(seal_some)  # what was answered before its gateway ended


def _raise_file_limit() -> None:
    """As many connections as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _demand_store() -> None:
    """Let a server not begin without a store: the database's own error becomes the advice to run `init`."""
    from django.db import connections

    from xinyun.ledger import queries as ledger
    from xinyun.plumbing import feed

    feed.head()
    ledger.size()
    connections.close_all()  # servers fork, and a fork must not share a connection
