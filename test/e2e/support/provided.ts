// What the global setup tells the tests about the servers.
import { inject } from 'vitest'
import type { Variant } from '../../../tools/paths.ts'

export interface Provided {
  readonly host: Variant
  readonly psql: string
  /** The suite's own database. */
  readonly conninfo: string
  /** Of the server, where it is ours. */
  readonly postgresLog: string | undefined
  /** Everything that every psql said, appended. */
  readonly transcript: string
  readonly apiServer: string
  readonly ca: string
  /** The file of CAs that Postgres trusts, where it is ours. */
  readonly trustedCa: string | undefined
  readonly token: string
  readonly readerToken: string | undefined
  /** What CREATE SERVER's option kubeconfig gets: a path that Postgres can read, or the kubeconfig's text. */
  readonly kubeconfig: string
  /** Why that is not /kubeconfig, as in the talk. */
  readonly kubeconfigWhyNot: string | undefined
  /** For the plain Wrappers way. */
  readonly packageUrl: string
  readonly packageVersion: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    k8s: Provided
  }
}

export const provided = (): Provided => inject('k8s')
