"""Breakwater as users run it: access log, metrics and forwarded headers on."""
from __future__ import annotations

import base64
import os
from pathlib import Path

from benchlib.peer import Peer

kBinary = os.environ.get("BREAKWATER_BINARY") or Path(__file__).resolve().parents[3] / "build/release/breakwater"

kBackend = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{clusterIP: None, ports: [{{port: 80}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: {name}, labels: {{kubernetes.io/service-name: {name}}}}}
addressType: IPv4
ports: [{{port: {port}}}]
endpoints: [{{addresses: [127.0.0.1]}}]
"""

kSettings = """\
apiVersion: v1
kind: Secret
metadata: {{name: bench}}
type: kubernetes.io/tls
data: {{tls.crt: {cert}, tls.key: {key}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings}}
data:
  keep-alive: "3600"
  keep-alive-requests: "1000000000"
  upstream-keepalive-connections: "1024"
  upstream-keepalive-requests: "1000000000"
  ssl-redirect: "false"
"""

kIngress = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: web-{number}}}
spec:
  ingressClassName: nginx
  rules:
  - host: "{host}"
    http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}
"""


class Breakwater(Peer):
    name = "breakwater"
    needs = ()
    features = frozenset({"h1", "tls", "large", "idle", "resume", "routes", "h2", "ws"})

    def version(self) -> str:
        return "breakwater"

    def configure(self) -> None:
        text = {kind: base64.b64encode(Path(path).read_bytes()).decode()
                for kind, path in (("cert", self.s.cert), ("key", self.s.key))}
        self.write("manifests/settings.yaml", kSettings.format(**text))
        for name, port in zip(("web", "second"), self.s.upstreams):
            self.write(f"manifests/{name}.yaml", kBackend.format(name=name, port=port))
        for number, host in enumerate(self.s.hosts or [""]):  # "": whatever name it is asked by
            self.write_ingress(number, host)

    def write_ingress(self, number: int, host: str) -> None:
        service = "second" if host and host == self.moved else "web"
        written = self.write(f"ingress-{number}.new", kIngress.format(number=number, host=host, service=service))
        written.rename(self.s.dir / f"manifests/ingress-{number}.yaml")

    def move(self, host: str | None) -> None:
        """No more is written than what is another object now."""
        concerned = {self.moved, host} - {None}
        self.moved = host
        for name in concerned:
            self.write_ingress(self.s.hosts.index(name), name)

    def commands(self) -> list[list]:
        # Through a shell for the sake of its log, which is a file of its own.
        return [["sh", "-c",
                 f"ulimit -n {self.s.nofile}; exec {kBinary} --manifests {self.s.dir}/manifests"
                 f" --configmap default/settings --default-ssl-certificate default/bench --http-port {self.s.http}"
                 f" --https-port {self.s.https} --healthz-port {self.s.http + 20000} --admin-port 0"
                 f" --workers {self.s.workers} >{self.s.dir}/access.log"]]


PEERS = [Breakwater]
