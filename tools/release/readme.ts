// The texts of a release's README.txt, out of README.in.txt, and of its checksum.txt. If the environment names no
// repository, the URL stays a blank to fill in.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { read } from './files.ts'

export interface Where {
  /** GITHUB_SERVER_URL and GITHUB_REPOSITORY, as GitHub's runners have them. */
  readonly server: string | undefined
  readonly repository: string | undefined
}

export const PACKAGE_NAME = 'k8s-fdw:k8s-fdw'

const isKnown = (repository: string | undefined): repository is string => (repository ?? '') !== ''

export const packageUrl = ({ server, repository }: Where, version: string): string =>
  isKnown(repository)
    ? `${server ?? 'https://github.com'}/${repository}/releases/download/v${version}/k8s_fdw.wasm`
    : 'https://…/k8s_fdw.wasm'

const verify = (repository: string): string => `
Who built it, and from what:

  gh attestation verify k8s_fdw.wasm --repo ${repository}
`

export const readme = (version: string, checksum: string, where: Where): string => {
  const values: Readonly<Record<string, string>> = {
    name: PACKAGE_NAME,
    version,
    checksum,
    url: packageUrl(where, version),
    verify: isKnown(where.repository) ? verify(where.repository) : '',
  }
  return read('tools/release/README.in.txt').replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

/** In the form of sha256sum, the component first. */
export const checksums = (folder: string): string => {
  const first = 'k8s_fdw.wasm'
  const others = readdirSync(folder).filter((name) => name !== first)
  return execFileSync('sha256sum', [first, ...others.sort()], { cwd: folder, encoding: 'utf8' })
}
