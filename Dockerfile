# The image of Breakwater, for amd64 and arm64:
#
#   docker build --build-arg VERSION=1.2.3 -t breakwater .
#
# VERSION is what `breakwater version` and a label say; without it, the former says the release that the source comes before
# and the latter nothing. Same source, same versions of packages: same binary. Why it is as it is: docs/decisions/image.md.

FROM debian:trixie-slim AS toolchain
COPY tests/lib/say.sh tests/lib/packages.sh /packages/
RUN bash -euc 'source /packages/say.sh; source /packages/packages.sh; install_packages "${kBuildPackages[@]}"'

FROM toolchain AS build
COPY . /src
WORKDIR /src
ARG VERSION=
# Beside the stripped binary: the packages of its libraries, found from itself.
RUN --mount=type=cache,target=/root/.cache/ccache \
    --mount=type=cache,target=/src/build/thinlto-cache \
    cmake --preset release -DBREAKWATER_VERSION="$VERSION" && \
    cmake --build --preset release && \
    mkdir /out && \
    llvm-strip-19 -o /out/breakwater build/release/breakwater && \
    ldd /out/breakwater | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | xargs realpath | \
        xargs dpkg-query --search | cut -d: -f1 | sort -u >/out/packages && \
    cd /out && sha256sum breakwater >sha256

FROM debian:trixie-slim
# Not every builder looks at what a mount brings: by this file it sees that the binary is another one.
COPY --from=build /out/sha256 /usr/share/breakwater/sha256
# The user first, so that no package takes its number. setcap lets it listen on ports 80 and 443, and goes again.
RUN --mount=type=bind,from=build,source=/out,target=/out \
    groupadd --system --gid 101 breakwater && \
    useradd --system --uid 101 --gid 101 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin breakwater && \
    apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates libcap2-bin $(cat /out/packages) && \
    install --mode=755 /out/breakwater /usr/bin/breakwater && \
    setcap cap_net_bind_service=+ep /usr/bin/breakwater && \
    DEBIAN_FRONTEND=noninteractive apt-get purge -y --auto-remove libcap2-bin && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/* /var/cache/ldconfig/aux-cache

USER 101:101
EXPOSE 80 443
ENTRYPOINT ["/usr/bin/breakwater"]

ARG VERSION=
LABEL org.opencontainers.image.title="Breakwater" \
      org.opencontainers.image.description="Kubernetes ingress controller, successor of ingress-nginx" \
      org.opencontainers.image.source="https://github.com/breakwater/breakwater" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
