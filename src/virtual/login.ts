// `object 'login_answer'`: one request of a login, and its answer as it came. What is sent stands in a setting, because a
// condition would show it in plans and logs. Other servers must not show it, because the answer is a token.
import { FdwError } from '../errors.ts'
import { membersByName } from './object.ts'
import type { VirtualObject } from './object.ts'
import { treePage } from '../cluster/trees.ts'

/** More than any token endpoint answers. */
const MOST_BYTES = 1_048_576

/** @throws {FdwError} option, if it is the object of a login, and the server is not there for that. */
export function refuseLogin(object: VirtualObject, loginOnly: boolean): void {
  if (object !== LOGIN_OBJECT || loginOnly) return
  throw new FdwError(
    'option',
    "object 'login_answer' is only for the servers that k8s_fdw.renew() makes for one request",
    "SELECT * FROM k8s_fdw.renew('…') renews a server's token",
  )
}

export const LOGIN_OBJECT: VirtualObject = {
  name: 'login_answer',
  columns: membersByName(['status', 'answer']),
  inputs: {},
  hasNamespace: false,
  steps: ({ api, setting }) => [
    () => {
      const response = api.exchange(setting('k8s_fdw.login_body') ?? '')
      const { status, bodyBytes } = response
      const answer = response.bodyText(MOST_BYTES)
      response.release()
      return treePage('login_answer', [{ status, answer }], bodyBytes)
    },
  ],
}
