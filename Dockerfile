# syntax=docker/dockerfile:1
# Postgres with k8s_fdw. docs/container.md says how to use it.
#   make component && docker build -t k8s_fdw .
#   docker build -t k8s_fdw --build-arg POSTGRES=18 .
#   docker build -t k8s_fdw --build-arg FOR=wrappers .      on Supabase's image, with Wrappers and kubectl
ARG POSTGRES=17
ARG FOR=own
# An image that has /k8s_fdw.so: by itself the one that is built below, which takes many minutes. For that Postgres and that Debian give an image of yours.
ARG LIBRARY=built
# An image that has /kubectl: by itself the one that is fetched below. Where dl.k8s.io is not to be had give an image of yours.
ARG KUBECTL=kubectl-${TARGETARCH:-amd64}

# The newest of each major version, as the library fits every one of them.
FROM docker.io/library/postgres:15-trixie AS own-15
FROM docker.io/library/postgres:16-trixie AS own-16
FROM docker.io/library/postgres:17-trixie AS own-17
FROM docker.io/library/postgres:18-trixie AS own-18
FROM docker.io/supabase/postgres:15.19.0.004 AS wrappers-15
FROM docker.io/supabase/postgres:17.11.0.004 AS wrappers-17

# k8s_fdw's own host, built where it is to run: with the headers of that Postgres and the C library of that Debian. One from
# the machine that builds the image could need a newer one of either.
# hadolint ignore=DL3006
FROM own-${POSTGRES} AS built
ARG POSTGRES
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends \
  build-essential ca-certificates libclang-dev "postgresql-server-dev-${POSTGRES}" rustup
COPY host/ /source/host/
COPY wit/ /source/wit/
RUN CARGO_TARGET_DIR=/tmp/target bash /source/host/build.sh "/usr/lib/postgresql/${POSTGRES}/bin/pg_config" / \
  && rm -r /tmp/target
# hadolint ignore=DL3006
FROM ${LIBRARY} AS library

# What `make install` puts into a Postgres.
# hadolint ignore=DL3006
FROM own-${POSTGRES} AS installed
COPY package.json /source/
COPY sql/ /source/sql/
COPY dist/k8s_fdw.wasm /source/dist/
COPY --from=library /k8s_fdw.so /source/dist/
RUN FOR=own DESTDIR=/installed K8S_FDW_LIBRARY=/source/dist/k8s_fdw.so sh /source/sql/install.sh

# hadolint ignore=DL3006
FROM own-${POSTGRES} AS own
COPY --from=installed /installed/ /
COPY --chmod=0644 container/own/init.sql LICENSE NOTICE /usr/local/share/k8s_fdw/
COPY --chmod=0755 container/entrypoint.sh container/own/serve.sh container/healthcheck.sh /usr/local/lib/k8s_fdw/
COPY --chmod=0755 container/init.sh /docker-entrypoint-initdb.d/zz-k8s_fdw.sh
# From 18 on the base image has another one for each major version; the pages name one place.
ENV PGDATA=/var/lib/postgresql/data
# Setting an entrypoint forgets the base image's command.
ENTRYPOINT ["/usr/local/lib/k8s_fdw/entrypoint.sh"]
CMD ["postgres"]
# Postgres' fast shutdown.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["/usr/local/lib/k8s_fdw/healthcheck.sh"]

# kubectl of the version that the tests' API server has. The builder compares the checksum; of these only one platform's is fetched.
FROM scratch AS kubectl-amd64
ADD --chmod=0755 --checksum=sha256:d50c359d95e0841eaad08ddc27c7be37cba8fdccfba5c8e2ded65e121ff112db \
  https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/kubectl /kubectl
FROM scratch AS kubectl-arm64
ADD --chmod=0755 --checksum=sha256:5b982c0644ab1e27780246b9085a5886651b4a7ed86243acbb2bacc1bea01dda \
  https://dl.k8s.io/release/v1.34.4/bin/linux/arm64/kubectl /kubectl
# hadolint ignore=DL3006
FROM ${KUBECTL} AS kubectl

# The SQL extension is text put together.
# hadolint ignore=DL3006
FROM wrappers-${POSTGRES} AS extension
COPY package.json /source/
COPY sql/ /source/sql/
RUN sh /source/sql/build.sh /extension

# hadolint ignore=DL3006
FROM wrappers-${POSTGRES} AS wrappers
COPY --from=kubectl /kubectl /usr/local/bin/kubectl
COPY --from=extension /extension/ /usr/local/share/k8s_fdw/
COPY --chmod=0644 dist/k8s_fdw.wasm container/wrappers/init.sql LICENSE NOTICE /usr/local/share/k8s_fdw/
COPY --chmod=0755 container/entrypoint.sh container/wrappers/serve.sh container/wrappers/proxy.sh container/healthcheck.sh /usr/local/lib/k8s_fdw/
# After the image's own scripts, which make Supabase's roles.
COPY --chmod=0755 container/init.sh /docker-entrypoint-initdb.d/zz-k8s_fdw.sh
# Where Postgres finds them for CREATE EXTENSION. If that is another place than pg_config says, the first start runs the plain script.
RUN cp /usr/local/share/k8s_fdw/k8s_fdw.control /usr/local/share/k8s_fdw/k8s_fdw--*.sql "$(pg_config --sharedir)/extension/"

# 15.19 and 17.11 take the same ones. Setting an entrypoint forgets the base image's command.
ENTRYPOINT ["/usr/local/lib/k8s_fdw/entrypoint.sh"]
CMD ["postgres", "-D", "/etc/postgresql"]
# Postgres' fast shutdown; serve.sh hands it on.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["/usr/local/lib/k8s_fdw/healthcheck.sh"]

# hadolint ignore=DL3006
FROM ${FOR}
