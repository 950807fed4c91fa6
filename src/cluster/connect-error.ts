// Turns a request that got no answer into an FdwError, by the words of OpenSSL, the resolver, the operating system or
// the HTTP client.
import { FdwError } from '../errors.ts'
import { oneLine } from '../text/one-line.ts'

const CA_HINT =
  "Postgres' server process must trust the cluster's CA: add it to the system's trust store, or point SSL_CERT_FILE at it and restart Postgres; or use the URL of a kubectl proxy as api_url"

/** Hints, each with the words of the host's text that it is for. The first entry that matches is used. */
const REMEDIES: readonly (readonly [words: RegExp, hint: string])[] = [
  [
    /certificate (has expired|is not yet valid)/i,
    "check the clock of the database server; if it is right, renew the API server's certificate",
  ],
  [
    /(hostname|address) mismatch/i,
    "the API server's certificate does not have the host of api_url: write api_url with a name or an address that it has, or add this one to it",
  ],
  [
    /wrong version number|packet length too long/i,
    'the server does not speak TLS: write api_url with http://',
  ],
  [/certificate|tls|ssl|handshake/i, CA_HINT],
  [/dns error/i, 'the database server does not know the host name of api_url: check its spelling and DNS'],
  [/redirect/i, 'set api_url to the URL of the API server itself'],
  [/response body/i, 'the connection or a proxy broke it: try again, or lower page_size'],
  [
    /closed before/i,
    'look at the logs of the API server, or of the proxy before it; a server with TLS needs https:// in api_url',
  ],
]

/** Makes the error for a request that got no response. `problem` is the host's text, perhaps with a hint of its own. */
export function connectError(request: string, apiUrl: string, problem: string): FdwError {
  // The message names the URL already.
  const [said = '', hint] = oneLine(problem).split(' Hint: ')
  const cause = said.replace(/^.*? for url \(\S*\): /, '').replace(/^error trying to connect: /, '')
  const failed = /response body/i.test(cause)
    ? `the answer from ${apiUrl} is broken`
    : `no answer from ${apiUrl}`
  const remedy = REMEDIES.find(([words]) => words.test(cause))
  return new FdwError(
    'connect',
    `${request}: ${failed}: ${cause}`,
    hint ?? remedy?.[1] ?? 'check api_url, and that the API server can be reached from the database server',
  )
}
