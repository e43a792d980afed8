"""Debian's HAProxy, its log off, with kept connections to the upstream."""
from __future__ import annotations

import signal

from benchlib.peer import Peer

kConfiguration = """
global
    nbthread {workers}
    maxconn {connections}
    {limits}
    tune.ssl.default-dh-param 2048
defaults
    mode http
    timeout connect 5s
    timeout client 3600s
    timeout server 60s
    timeout http-keep-alive 3600s
    option http-keep-alive
    http-reuse always
    {options}
frontend plain
    bind 127.0.0.1:{http}
    {choice}
    default_backend web
frontend tls
    bind 127.0.0.1:{https} ssl crt {pem} alpn http/1.1
    default_backend web
{backends}
"""

kBackend = """
backend {name}
    server web 127.0.0.1:{port} pool-max-conn 256
"""


class HAProxy(Peer):
    name = "haproxy"
    needs = ("haproxy",)
    options = ""
    limits = ""

    def configure(self) -> None:
        s = self.s
        choice = ""
        if s.hosts and s.reloads:
            hosts = self.write("hosts.map", "".join(f"{host} {'second' if host == self.moved else 'web'}\n"
                                                    for host in s.hosts))
            choice = f"use_backend %[req.hdr(host),lower,map({hosts},web)]"
        backends = "".join(kBackend.format(name=name, port=port)
                           for name, port in zip(("web", "second"), s.upstreams))
        self.write("haproxy.cfg", kConfiguration.format(
            workers=s.workers, connections=self.connections(), http=s.http, https=s.https, pem=s.pem,
            choice=choice, backends=backends, options=self.options, limits=self.limits))

    def connections(self) -> int:
        return self.s.nofile // 2 - 100

    def commands(self) -> list[list]:
        in_foreground = ["-W", "-db"] if self.s.reloads else ["-db"]
        return [["haproxy", *in_foreground, "-f", self.s.dir / "haproxy.cfg"]]

    def reload(self) -> None:
        self.procs[0].send_signal(signal.SIGUSR2)


class HAProxySplice(HAProxy):
    """For large bodies between plain sockets."""

    name = "haproxy-splice"
    options = "option splice-response\n    option splice-request"
    limits = "maxpipes 64"  # two descriptors each

    def connections(self) -> int:
        return 1000


PEERS = [HAProxy, HAProxySplice]
