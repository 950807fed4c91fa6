// Why a test cannot run on these servers or on this machine. The reason is put into the test's title, where the run's
// sum finds it; ESLint refuses `skip` and `skipIf` elsewhere in this suite.
import type { Reason } from '../../support/left-out.ts'
import { provided } from './provided.ts'

export { describeUnless, itUnless, type Reason } from '../../support/left-out.ts'

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

export const isOwn = host === 'own'

export const needsOwnHost: Reason = isOwn ? undefined : 'Wrappers cannot do it (docs/limitations.md)'

/** What is the same wherever the suite runs, and takes a while. */
export const needsToRunOnce: Reason = isOwn
  ? undefined
  : 'it has an own host of its own, and is tried in that suite'

/** What there is on Wrappers only; each says why there is nothing to compare on the host of our own. */
const onWrappersOnly = (why: string): Reason => (isOwn ? why : undefined)

export const needsStatsTable = onWrappersOnly('our own host writes no table of statistics')
export const needsSupabase = onWrappersOnly("Supabase's host is Wrappers")
export const needsProxy = onWrappersOnly('the image runs a kubectl proxy on Wrappers only')
export const needsWrappers = onWrappersOnly('there is no Wrappers beside our own host here')
