// Kubeconfigs of the suite's cluster as files that its Postgres can read, in a folder of their own. None may be left
// behind, because each holds a token.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { own, serverOwner } from '../../../tools/services/owner.ts'
import { provided } from './provided.ts'

export interface Login {
  readonly cluster?: Readonly<Record<string, unknown>>
  readonly user?: Readonly<Record<string, unknown>>
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** As JSON. What is not said is the suite's own: its URL, its CA, its token. */
export const kubeconfigOf = (login: Login = {}): string => {
  const { apiServer, ca, token } = provided()
  const cluster = login.cluster ?? { 'certificate-authority-data': base64(ca) }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'suite', cluster: { server: apiServer, ...cluster } }],
    contexts: [{ name: 'here', context: { cluster: 'suite', user: 'admin' } }],
    users: [{ name: 'admin', user: login.user ?? { token } }],
  })
}

export const authority = (pem: string): Login => ({
  cluster: { 'certificate-authority-data': base64(pem) },
})

export interface Folder {
  readonly path: string
  readonly write: (name: string, content: string) => string
  readonly remove: () => void
}

/** Postgres' user, and nobody else, can read what is in it. */
export const lentFolder = (): Folder => {
  const owner = serverOwner()
  const path = mkdtempSync(join(tmpdir(), 'k8s_fdw-kubeconfig-'))
  own(owner, path)
  return {
    path,
    write: (name, content) => {
      const file = join(path, name)
      rmSync(file, { force: true })
      writeFileSync(file, content, { mode: 0o600 })
      chmodSync(file, 0o400)
      own(owner, file)
      return file
    },
    remove: () => {
      rmSync(path, { recursive: true })
    },
  }
}
