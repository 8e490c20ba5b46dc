# docker build --tag listener .
# Both stages must have the same base: the virtual environment points to its Python.
ARG BASE_IMAGE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS builder
# Where packages come from, if not from the public registry: the path of a mounted pip.conf.
ARG PIP_CONFIG_FILE
# The languages of the rules; spaCy's tables for others (90 MB) are left out.
ARG LANGUAGES="en de ru"
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN apt-get update -qq && apt-get install -qq --no-install-recommends binutils
RUN python3 -m venv /opt/listener
COPY requirements.lock .
RUN /opt/listener/bin/pip install --quiet --require-hashes --only-binary=:all: --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY listener listener
# Within the package for the demo, which shows the rules as they were shipped.
COPY rules listener/rules
RUN /opt/listener/bin/pip install --quiet --no-deps --no-build-isolation .
# spaCy's wheels carry 110 MB of debugging symbols. numpy.libs stays: strip damages patched libraries.
RUN cd /opt/listener/lib/python3*/site-packages \
 && find . -name '*.so' -not -path './*.libs/*' -exec strip --strip-debug {} + \
 && mkdir /build/tables \
 && for lang in $LANGUAGES; do mv spacy_lookups_data/data/"$lang"_lemma_* /build/tables; done \
 && rm -r spacy_lookups_data/data spacy/tests thinc/tests srsly/tests \
 && mv /build/tables spacy_lookups_data/data

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="listener" \
      org.opencontainers.image.description="Tells sales reps the moment a prospect changes" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The configuration's relative paths hold here as in a checkout: rules beside it, data on the volume.
RUN groupadd --gid 10001 listener \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin listener \
 && install --directory --owner=10001 --group=10001 --mode=0750 /data \
 && install --directory /etc/listener \
 && ln --symbolic /data /etc/listener/data
COPY --from=builder /opt/listener /opt/listener
COPY config.toml /etc/listener/config.toml
COPY rules /etc/listener/rules
ENV PATH=/opt/listener/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
USER 10001:10001
# So that every command finds config.toml without being told: docker compose exec listener listener leads
WORKDIR /etc/listener
VOLUME /data
STOPSIGNAL SIGTERM
# Fails when work waits and none gets done, not when a feed is down. Needs [web] listen, which is on by default.
HEALTHCHECK --interval=60s --timeout=15s --start-period=60s \
    CMD ["listener", "ready", "--config", "/etc/listener/config.toml"]
ENTRYPOINT ["listener"]
CMD ["run", "--config", "/etc/listener/config.toml"]
