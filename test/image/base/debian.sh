#!/bin/sh
# Makes the root file system of the stand-ins: Debian's own packages of this machine's release, with PostgreSQL
# (debian.sh OUT.tar MAJOR). This machine's packages must not change, and nothing but Debian's packages may be fetched.
set -eu

[ $# -eq 2 ] || { echo 'usage: debian.sh OUT.tar POSTGRES_MAJOR' >&2; exit 2; }
out=$1
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# The mirror that this machine's own apt uses.
mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $release" 'Created-By: Packages' | head -n 1)

# Without what no test reads: manuals, translations, and the compiler that Postgres' JIT would load.
mmdebstrap --mode=root --variant=essential --skip=cleanup/reproducible \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/lib/*/libLLVM*' --dpkgopt='path-exclude=/usr/lib/postgresql/*/lib/bitcode/*' \
  --dpkgopt='path-exclude=/usr/lib/postgresql/*/lib/llvmjit*' \
  --dpkgopt=force-unsafe-io --aptopt='Acquire::Retries "3"' \
  --include="bash,ca-certificates,gosu,openssl,postgresql-$2,socat" \
  "$release" "$out.new.tar" "deb ${mirror:-http://deb.debian.org/debian} $release main"
mv "$out.new.tar" "$out"
