// Owns: why a test can't run on the servers or the machine at hand. The reason stands in the test's title, where the run's sum finds it.
// Never: a test left out without a reason; ESLint refuses `skip` and `skipIf` elsewhere in this suite.
import { describe, it } from 'vitest'
import { provided } from './provided.ts'

/** Undefined: the test runs. */
export type Reason = string | undefined

const { host, postgresLog, readerToken, trustedCa } = provided()

/** Postgres and the API server are the suite's own: their files, logs and settings are within reach. */
export const needsOwnServers: Reason =
  trustedCa === undefined ? "the servers are not the suite's own" : undefined

export const needsPostgresLog: Reason =
  postgresLog === undefined ? "the server's log is not within reach" : undefined

export const needsReader: Reason =
  readerToken === undefined ? 'the cluster has no token of a user with few rights' : undefined

/** The newer framework runs a cached plan; the older one crashes the server (docs/limitations.md). */
export const needsCachedPlans: Reason =
  host === 'legacy' ? 'the older framework crashes on a cached plan' : undefined

const titled = (title: string, reason: string): string => `${title} (skipped: ${reason})`

export const describeUnless = (reason: Reason, title: string, body: () => void): void => {
  if (reason === undefined) describe(title, body)
  else describe.skip(titled(title, reason), body)
}

/** `timeoutMillis` undefined: the suite's own. */
export const itUnless = (
  reason: Reason,
  title: string,
  body: () => void | Promise<void>,
  timeoutMillis?: number,
): void => {
  if (reason === undefined) it(title, body, timeoutMillis)
  else it.skip(titled(title, reason), body, timeoutMillis)
}
