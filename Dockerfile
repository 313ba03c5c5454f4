# The daemon in a small image: docs/kafka.md has it beside a broker.
#
#   docker build -t copydesk .                            Debian 12
#   docker build -t copydesk --build-arg DEBIAN=trixie .  Debian 13: a newer librdkafka, which knows SCRAM (docs/kafka.md)
#
# Only features that every builder has, so that Debian's own docker.io and buildah can build it too. Buildah keeps the
# HEALTHCHECK only with --format docker.
ARG DEBIAN=bookworm

FROM debian:${DEBIAN}-slim AS build
# Where pip is to find lexbor's source, and whom to trust there, for networks with a mirror of their own.
ARG PIP_INDEX_URL
ARG PIP_CERT
# What was compiled before, for builders that can mount it.
ARG CCACHE_DIR
WORKDIR /src
# The packages are a layer of their own: a change of the sources does not fetch them again.
COPY tools/dev tools/packages.txt tools/
COPY tools/lib tools/lib
RUN tools/dev setup runnable
COPY . .
RUN tools/dev build release runnable
RUN cmake --install build/release --prefix /opt/copydesk --component daemon --strip \
 && tools/runtime_packages /opt/copydesk/bin/copydesk /opt/copydesk/lib/copydesk/plugins/*.so \
      > /opt/copydesk/share/doc/copydesk/runtime_packages

FROM debian:${DEBIAN}-slim
LABEL org.opencontainers.image.title="copydesk" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.description="Takes scraped news articles in, cleans, tags and compares them, sends them on" \
      org.opencontainers.image.licenses="Apache-2.0"
# What was linked is what is installed, and certificates for brokers that have one of a public authority.
COPY --from=build /opt/copydesk/share/doc/copydesk/runtime_packages /usr/local/share/doc/copydesk/
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends ca-certificates \
      < /usr/local/share/doc/copydesk/runtime_packages \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /var/log/alternatives.log
# A number that is the same in every image, so that files on a mounted folder keep their owner.
RUN groupadd --gid 10001 copydesk \
 && useradd --uid 10001 --gid copydesk --no-create-home --home-dir /var/lib/copydesk --shell /usr/sbin/nologin copydesk \
 && install -d -o copydesk -g copydesk /var/lib/copydesk
COPY --from=build /opt/copydesk /usr/local
COPY config/kafka/copydesk.yaml /etc/copydesk/copydesk.yaml
USER 10001:10001
# A library that is missing, or a plugin that cannot be loaded, fails here and not at the user's.
RUN ["copydesk", "check", "-c", "/etc/copydesk/copydesk.yaml"]

VOLUME /var/lib/copydesk
WORKDIR /var/lib/copydesk
STOPSIGNAL SIGTERM
# Healthy while every line is running, idle or draining; not while it waits for a broker, say.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["copydesk", "health", "-q", "-c", "/etc/copydesk/copydesk.yaml"]
ENTRYPOINT ["copydesk"]
CMD ["run", "-c", "/etc/copydesk/copydesk.yaml"]
