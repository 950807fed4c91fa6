// Hints: what to do about an answer that is no success, judged by who gave it and what it says.
import { isAboutOther, isImpersonationRefused, isNamespaceMissing, isUnauthorized } from './failure.ts'
import type { Failure, Purpose } from './failure.ts'

const GIVE_TOKEN = 'give the server a token with api_key_id, api_key_name or api_key'
const ADMISSION = /admission webhook|failed calling webhook/

/**
 * What Kubernetes, etcd or a kubectl proxy say in words of their own when they fail, each with its hint. The first
 * entry that matches is used.
 */
const TROUBLES: readonly (readonly [words: RegExp, hint: string])[] = [
  [
    ADMISSION,
    'an admission webhook of the cluster refuses this request, or does not answer: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations shows which there are',
  ],
  [
    /getting credentials|failed to refresh token|oauth2/,
    'the kubectl proxy behind api_url cannot log in to the cluster: log in anew where it runs, and start it again',
  ],
  [
    /service unavailable$|error trying to reach service|currently unable to handle the request/,
    'a server behind the API server serves this, and does not answer: kubectl get apiservices shows which, and why',
  ],
  [
    /\(re\)initializing/,
    'the API server is still reading these objects: try again in a minute; if it stays so, they cannot be read: look at the logs of the API server, and for a custom resource at its conversion webhook',
  ],
  [
    /etcdserver:|rpc error: code|context deadline exceeded|time allotted|allotted timeout/,
    'the storage of the API server (etcd) is slow or away: look at kubectl get --raw /readyz?verbose; a namespace, a selector or a lower page_size make a request smaller',
  ],
  [
    /transform key|decrypt|StorageReadError|corrupt object/,
    'the API server cannot read what it has stored, as after a lost encryption key: look at its logs and its EncryptionConfiguration',
  ],
  [
    /all known HTTP paths|not yet ready|shutting down|apiserver not ready/,
    'the API server is starting or stopping: try again in a minute',
  ],
  [
    /: Internal Server Error: "\//,
    'the API server cannot find out who asks, or what he may do: look at its logs, and at its authentication and authorization webhooks',
  ],
  [
    /dial tcp|connection refused|no such host|i\/o timeout|x509/,
    'what answers at api_url (a kubectl proxy?) cannot reach the API server behind it: run kubectl get namespaces where it runs',
  ],
]

/**
 * The host of a URL as kubectl's --accept-hosts takes it: a regular expression that matches the Host header, in which
 * an address has no brackets.
 */
function acceptHosts(url: string): string {
  const host = /^[^/]*\/\/(\[[^\]]*\]|[^:/]*)/.exec(url)?.[1] ?? ''
  return `^${host.replace(/[[\]]/g, '').replace(/\./g, () => '\\.')}$`
}

/** The hint for an object whose stored version must be converted by a webhook that does not answer. */
function conversionHint(failure: Failure, purpose: Purpose): string {
  const { resource } = purpose
  const stored = /conversion webhook for [^ ,/]+\/([a-z0-9-]+), Kind=/.exec(failure.detail)?.[1] ?? null
  const dot = resource.indexOf('.')
  const instead =
    stored === null || dot < 0
      ? "the one that kubectl shows with -o jsonpath='{.spec.versions[?(@.storage==true)].name}'"
      : `object '${resource.slice(0, dot)}.${stored}${resource.slice(dot)}'`
  return `the webhook that converts ${resource} between their versions does not work: kubectl get crd ${resource} -o jsonpath='{.spec.conversion}' shows which it is; until it does, show the version that the objects are stored in, which needs none: ${instead}`
}

function unauthorizedHint(failure: Failure, purpose: Purpose, loginHint: string | null): string {
  const { namespace, verb, resource } = purpose
  if (failure.detail.includes('"system:anonymous"')) return loginHint ?? GIVE_TOKEN
  if (isImpersonationRefused(failure)) {
    const kind = failure.objectKind ?? 'users'
    return `grant the token's user a ClusterRole with the verb impersonate on ${kind}, resourceNames [${JSON.stringify(failure.objectName)}]`
  }
  if (isAboutOther(failure, purpose)) {
    return `this is not about ${resource}: what stands before the API server asks for a right of its own, on ${failure.objectKind ?? ''}`
  }
  const where = namespace === null ? 'a ClusterRole' : `a Role in namespace ${namespace}`
  const narrower =
    namespace === null && verb === undefined
      ? ", or show one namespace with the table's option namespace"
      : ''
  return `grant the user ${where} with the verb ${verb ?? 'list'} on ${resource}${narrower}`
}

function forbiddenHint(failure: Failure): string {
  return failure.by === 'kubectl'
    ? `a kubectl proxy says so to a host that it does not know: start it with --address and with --accept-hosts='${acceptHosts(failure.url)}'; its --accept-paths, --reject-paths and --reject-methods refuse in the same words`
    : 'no right is missing in the cluster, for its authorizer has not said this: a proxy, gateway or policy between the database server and the API server refuses; look at its rules and its logs'
}

function unknownUserHint(failure: Failure, hasToken: boolean, loginHint: string | null): string {
  if (failure.by !== 'server')
    return 'the API server has not said this: a proxy or gateway before it wants a login of its own; set api_url to the API server itself, or to a kubectl proxy'
  return hasToken
    ? 'the API server does not accept this token; it may have expired: store a new one in api_key, api_key_id or api_key_name'
    : (loginHint ??
        `${GIVE_TOKEN}; or, if api_url is that of a kubectl proxy, log in anew where it runs, and start it again`)
}

function notFoundHint(failure: Failure, purpose: Purpose): string {
  if (isNamespaceMissing(failure, purpose)) {
    return `namespace ${purpose.namespace ?? ''} does not exist: check the table's option namespace or namespaces, or the condition on namespace`
  }
  return failure.by === 'server'
    ? 'check the kind and its version, and that api_url is the URL of an API server'
    : 'no API server says this: check api_url, and whether a path belongs to it, such as the --api-prefix of a kubectl proxy'
}

/**
 * The hint for an answer whose code is not 200. `hasToken` says whether the component gave the request a token.
 * `loginHint` is what to do about a user whom the API server does not know, if the host adds credentials; else null.
 */
export function hintFor(
  failure: Failure,
  purpose: Purpose,
  hasToken: boolean,
  loginHint: string | null,
): string {
  const { code, detail } = failure
  if (code === 401) return unknownUserHint(failure, hasToken, loginHint)
  if (code === 404) return notFoundHint(failure, purpose)
  if (code === 410) return 'the list changed while it was read: run the query again'
  if (code >= 300 && code < 400) return 'set api_url to the URL that the redirect leads to'
  if (code === 403 && isUnauthorized(failure)) return unauthorizedHint(failure, purpose, loginHint)
  const isTrouble = code >= 500 || code === 429 || code === 408
  if (isTrouble && detail.includes('conversion webhook')) return conversionHint(failure, purpose)
  // An admission webhook may refuse with any code.
  const trouble = TROUBLES.find(([words]) => (isTrouble || words === ADMISSION) && words.test(detail))
  if (trouble !== undefined) return trouble[1]
  if (code === 403) return forbiddenHint(failure)
  if (code === 406 || code === 415)
    return 'what answers at api_url does not give plain JSON: is it the URL of an API server, and nothing that changes requests in between?'
  if (code === 429)
    return 'the API server limits requests: try again later, or raise page_size so that fewer are needed'
  if (code === 400 && /HTTPS (server|port)/.test(detail)) return 'write api_url with https://'
  if (code === 400 && purpose.hasSelectors) return 'check label_selector and field_selector'
  if ((code === 502 || code === 504) && failure.by !== 'server')
    return 'a proxy or gateway before the API server cannot reach it, or does not wait for it: look at the logs of both, and try again later'
  if (isTrouble)
    return 'the API server or a proxy before it has a problem: look at its logs, and try again later'
  return 'check api_url and the options of the table'
}
