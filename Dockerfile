# syntax=docker/dockerfile:1
# Postgres with Wrappers, k8s_fdw and kubectl. docs/container.md says how to use it.
#   make component && docker build -t k8s_fdw .
#   docker build -t k8s_fdw --build-arg POSTGRES=15 .
ARG POSTGRES=17
# An image that has /kubectl: by itself the one that is fetched below. Where dl.k8s.io is not to be had give an image of yours.
ARG KUBECTL=kubectl-${TARGETARCH:-amd64}

FROM docker.io/supabase/postgres:15.19.0.004 AS postgres-15
FROM docker.io/supabase/postgres:17.11.0.004 AS postgres-17

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
FROM postgres-${POSTGRES} AS extension
COPY package.json /source/
COPY sql/ /source/sql/
RUN sh /source/sql/build.sh /extension

# hadolint ignore=DL3006
FROM postgres-${POSTGRES}
COPY --from=kubectl /kubectl /usr/local/bin/kubectl
COPY --from=extension /extension/ /usr/local/share/k8s_fdw/
COPY --chmod=0644 dist/k8s_fdw.wasm container/init.sql LICENSE NOTICE /usr/local/share/k8s_fdw/
COPY --chmod=0755 container/entrypoint.sh container/proxy.sh container/healthcheck.sh /usr/local/lib/k8s_fdw/
# After the image's own scripts, which make Supabase's roles.
COPY --chmod=0755 container/init.sh /docker-entrypoint-initdb.d/zz-k8s_fdw.sh
# Where Postgres finds them for CREATE EXTENSION. If that is another place than pg_config says, the first start runs the plain script.
RUN cp /usr/local/share/k8s_fdw/k8s_fdw.control /usr/local/share/k8s_fdw/k8s_fdw--*.sql "$(pg_config --sharedir)/extension/"

# 15.19 and 17.11 take the same ones. Setting an entrypoint forgets the base image's command.
ENTRYPOINT ["/usr/local/lib/k8s_fdw/entrypoint.sh"]
CMD ["postgres", "-D", "/etc/postgresql"]
# Postgres' fast shutdown; the entrypoint hands it on.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["/usr/local/lib/k8s_fdw/healthcheck.sh"]
