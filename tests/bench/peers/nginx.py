"""Debian's nginx, its access log off, with kept connections to the upstream."""
from __future__ import annotations

import signal

from benchlib.peer import Peer

kSite = """
worker_processes {workers};
worker_rlimit_nofile {nofile};
daemon off;
pid {dir}/pid;
error_log {dir}/error.log crit;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    server_tokens off;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    proxy_max_temp_file_size 0;
    server_names_hash_max_size 131072;
    server_names_hash_bucket_size 128;
    {buffers}
    {upstreams}
    {servers}
}}
"""

kUpstream = """
    upstream {name} {{
        server 127.0.0.1:{port};
        keepalive 256;
        keepalive_requests 1000000000;
    }}
"""

# Of one server only: each that has it loads the certificate for itself, and 10,000 of them take four seconds.
kTls = """
        listen 127.0.0.1:{https} ssl;
        ssl_certificate {cert};
        ssl_certificate_key {key};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache shared:sessions:10m;
"""

kServer = """
    server {{
        listen 127.0.0.1:{http};
        {tls}
        server_name {name};
        location / {{
            proxy_pass http://{upstream};
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection "";
        }}
    }}
"""


class Nginx(Peer):
    name = "nginx"
    needs = ("nginx",)
    buffers = ""

    def configure(self) -> None:
        s = self.s
        upstreams = "".join(kUpstream.format(name=name, port=port)
                            for name, port in zip(("web", "second"), s.upstreams))
        tls = kTls.format(https=s.https, cert=s.cert, key=s.key)
        servers = "".join(kServer.format(http=s.http, name=name, tls="" if number else tls,
                                         upstream="second" if name == self.moved else "web")
                          for number, name in enumerate(s.hosts or ["_"]))
        self.write("nginx.conf", kSite.format(
            workers=s.workers, nofile=s.nofile, connections=s.nofile - 100, dir=s.dir,
            upstreams=upstreams, buffers=self.buffers, servers=servers))

    def commands(self) -> list[list]:
        return [["nginx", "-e", self.s.dir / "error.log", "-c", self.s.dir / "nginx.conf"]]

    def reload(self) -> None:
        self.procs[0].send_signal(signal.SIGHUP)


class NginxBigBuffers(Nginx):
    """For large bodies: as many bytes a turn as it takes."""

    name = "nginx-bigbuf"
    buffers = "proxy_buffer_size 16k; proxy_buffers 16 64k; proxy_busy_buffers_size 512k;"


PEERS = [Nginx, NginxBigBuffers]
