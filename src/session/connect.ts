// Makes the connection that requests go through, from the server's options and the session.
import { Api } from '../cluster/api.ts'
import { Trace } from '../cluster/trace.ts'
import type { TraceHost } from '../cluster/trace.ts'
import type { HttpClient, OptionSource, SessionSettings, Vault } from '../host.ts'
import { readToken } from './credentials.ts'
import { described, readImpersonation } from './impersonation.ts'
import type { ServerOptions } from './options.ts'
import type { Settings } from './settings.ts'

/**
 * Makes the connection without a request. `cluster` is the name of this cluster if there are several, else null.
 * `before` is the session's earlier connection to the same server, whose token is used again; whom to impersonate is
 * read anew, because a scan's rows are those of the user that it began with.
 * @throws {FdwError} option.
 */
export function connect(
  host: Vault & SessionSettings & HttpClient & OptionSource & TraceHost,
  server: ServerOptions,
  settings: Settings,
  cluster: string | null,
  before: Api | null = null,
): Api {
  const impersonation = server.impersonation === null ? null : readImpersonation(host, server.impersonation)
  const token = before === null ? readToken(host, server) : before.access.token
  const trace = new Trace(host, settings.trace, cluster)
  if (impersonation !== null) trace.note(described(impersonation))
  return new Api(host, { apiUrl: server.apiUrl, token, impersonation }, trace)
}
