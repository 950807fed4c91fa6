// The texts of a release's README.txt and checksum.txt. If the environment names no repository, the URL stays a blank
// to fill in.

export interface Where {
  /** GITHUB_SERVER_URL and GITHUB_REPOSITORY, as GitHub's runners have them. */
  readonly server: string | undefined
  readonly repository: string | undefined
}

export const PACKAGE_NAME = 'k8s-fdw:k8s-fdw'

export const packageUrl = ({ server, repository }: Where, version: string): string =>
  repository === undefined || repository === ''
    ? 'https://…/k8s_fdw.wasm'
    : `${server ?? 'https://github.com'}/${repository}/releases/download/v${version}/k8s_fdw.wasm`

export const readme = (version: string, sha256: string, where: Where): string => {
  const verify =
    where.repository === undefined || where.repository === ''
      ? ''
      : `
Who built it, and from what:

  gh attestation verify k8s_fdw.wasm --repo ${where.repository}
`
  return `k8s_fdw ${version}: a Kubernetes cluster as Postgres foreign tables, on Supabase Wrappers.

  package name      ${PACKAGE_NAME}
  version           ${version}
  checksum          ${sha256}
  host              Wrappers with the contract supabase:wrappers@0.2.0, as Wrappers 0.6.2 has it

On Supabase, and wherever Wrappers is and nothing else can be installed:

  create extension if not exists wrappers with schema extensions;

  create foreign data wrapper wasm_wrapper
    handler wasm_fdw_handler
    validator wasm_fdw_validator;

  -- The token, encrypted. It prints an id.
  select vault.create_secret('<bearer token>', 'kubernetes');

  create server kubernetes
    foreign data wrapper wasm_wrapper
    options (
      fdw_package_url '${packageUrl(where, version)}',
      fdw_package_name '${PACKAGE_NAME}',
      fdw_package_version '${version}',
      fdw_package_checksum '${sha256}',
      api_url 'https://<API server>:6443',
      api_key_id '<the id from above>'
    );

  create schema kubernetes;

  create foreign table kubernetes.pods (name text, namespace text, labels jsonb)
    server kubernetes
    options (object 'pods');

  select namespace, name from kubernetes.pods;

In a Postgres of your own with Wrappers, as an extension:

  tar xzf k8s_fdw-${version}.tar.gz
  cp k8s_fdw-${version}/extension/* "$(pg_config --sharedir)/extension/"

and then, in a database:

  create extension k8s_fdw cascade;

The files are whole if this says so:

  sha256sum --check checksum.txt
${verify}
k8s_fdw.cdx.json lists what the component is made of (CycloneDX). LICENSE and NOTICE hold for all of it.
`
}

/** In the form of sha256sum, the component first. */
export const checksums = (sums: ReadonlyMap<string, string>): string => {
  const first = 'k8s_fdw.wasm'
  const names = [first, ...[...sums.keys()].filter((name) => name !== first).sort()]
  return names.map((name) => `${sums.get(name) ?? ''}  ${name}\n`).join('')
}
