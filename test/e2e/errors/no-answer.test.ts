// Requests that get no answer, or only after retries: connections, TLS, overload. They run all at once, because the
// host waits.
import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { createHealthy, failsAndGoesOn, podsAt, serverLife } from '../support/fails.ts'
import { startFaults, type Answer, type Fault, type FaultServer } from '../support/faults.ts'
import { provided } from '../support/provided.ts'
import type { ServerOptions } from '../support/servers-in-sql.ts'
import { describeUnless, isOwn, needsOwnServers } from '../support/left-out.ts'

const status = (code: number, reason: string, message: string): Answer => ({
  status: code,
  body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }),
})

const htmlPage = (code: number, title: string): Answer => ({
  status: code,
  type: 'text/html',
  body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>nginx</body></html>`,
})

const FAULTS: Readonly<Record<string, Fault>> = {
  closes: (request) => {
    request.socket.destroy()
  },
  breaks_off: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"kind":"PodList","items":[', () => response.destroy())
  },
  broken_gzip: { headers: { 'content-encoding': 'gzip' }, body: 'this is not gzip' },
  redirects: { status: 302, headers: { location: '/redirects/again' }, body: '' },
  code_408: { status: 408, body: '' },
  code_429: status(429, 'TooManyRequests', 'Too many requests, please try again later.'),
  code_500: status(500, 'InternalError', 'etcdserver: leader changed'),
  code_502: htmlPage(502, '502 Bad Gateway'),
  code_503: status(503, 'ServiceUnavailable', 'apiserver is shutting down'),
  code_504: htmlPage(504, '504 Gateway Time-out'),
}

const CA_HINT =
  "Postgres' server process must trust the cluster's CA: add it to the system's trust store, or point SSL_CERT_FILE at it and restart Postgres; or use the URL of a kubectl proxy as api_url"
/** Our own host can be given a CA. */
const OWN_CA_HINT =
  "give the server the cluster's CA with certificate_authority_data, as a kubeconfig has it; or add it to the system's trust store"

/** What our own host says more, or in other words, and what Wrappers says there. */
const OWN_WORDS: Readonly<Record<string, readonly [own: string, wrappers: string]>> = {
  refused: ['(os error 111): 127.0.0.1:PORT.', '(os error 111).'],
  unknown_host: ['NO SUCH HOST: nonexistent.invalid.', 'NO SUCH HOST.'],
  https_to_http: [
    'wrong version number: what answers at 127.0.0.1 does not speak TLS.',
    'OPENSSL:wrong version number:FILE:LINE:.',
  ],
  unknown_ca: [
    `certificate verify failed: the certificate of 127.0.0.1 was signed by an unknown authority (unable to get local issuer certificate). Hint: ${OWN_CA_HINT}`,
    `OPENSSL:certificate verify failed:FILE:LINE: (unable to get local issuer certificate). Hint: ${CA_HINT}`,
  ],
  expired: [
    'certificate verify failed: the certificate of 127.0.0.1 is too old (',
    'OPENSSL:certificate verify failed:FILE:LINE: (',
  ],
  not_yet_valid: [
    'certificate verify failed: the certificate of 127.0.0.1 is for later (',
    'OPENSSL:certificate verify failed:FILE:LINE: (',
  ],
  other_address: [
    'certificate verify failed: the certificate is not for 127.0.0.1, but for 10.0.0.1 (',
    'OPENSSL:certificate verify failed:FILE:LINE: (',
  ],
  other_name: [
    'certificate verify failed: the certificate is not for localhost, but for 127.0.0.1 (',
    'OPENSSL:certificate verify failed:FILE:LINE: (',
  ],
  broken_gzip: ['invalid gzip header', 'Invalid gzip header'],
  redirects: [
    'too many redirects, the last one to http://127.0.0.1:PORT/redirects/again.',
    'too many redirects.',
  ],
}

const servers: FaultServer[] = []
const messages = new Map<string, string>()
let lifeBefore = ''

const start = async (...args: Parameters<typeof startFaults>): Promise<FaultServer> => {
  const server = await startFaults(...args)
  servers.push(server)
  return server
}

/** Servers with certificates of a CA that Postgres trusts, and of one that it does not. */
const tlsServers = async (trustedCa: string): Promise<Record<string, ServerOptions>> => {
  const authority = createAuthority('k8s_fdw test CA')
  appendFileSync(trustedCa, authority.cert)
  const at = async (...args: Parameters<typeof authority.issue>): Promise<FaultServer> =>
    start({}, authority.issue(...args))
  const named = await at(['127.0.0.1'])
  return {
    unknown_ca: { api_url: (await start({}, createAuthority('unknown').issue(['127.0.0.1']))).url },
    expired: { api_url: (await at(['127.0.0.1'], -20, -10)).url },
    not_yet_valid: { api_url: (await at(['127.0.0.1'], 10, 20)).url },
    other_address: { api_url: (await at(['10.0.0.1'])).url },
    other_name: { api_url: named.url.replace('127.0.0.1', 'localhost') },
    http_to_https: { api_url: named.url.replace('https', 'http') },
  }
}

/** What the query of that case says, in the words of Wrappers. */
const said = (name: string): string => {
  const message = messages.get(name) ?? ''
  if (!isOwn) return message
  const [own, wrappers] = OWN_WORDS[name] ?? ['', '']
  expect(message).toContain(own)
  return message.replace(own, wrappers)
}

/** Our own host can be told the name that the certificate has. */
const NAME_HINT = isOwn
  ? "write api_url with a name or an address that the certificate has, or give one that it has as the server's option tls_server_name"
  : "the API server's certificate does not have the host of api_url: write api_url with a name or an address that it has, or add this one to it"

beforeAll(async () => {
  const { trustedCa } = provided()
  await createHealthy()
  lifeBefore = await serverLife()
  const faults = await start(FAULTS)
  const cases: Record<string, ServerOptions> = {
    ...Object.fromEntries(Object.keys(FAULTS).map((name) => [name, { api_url: `${faults.url}/${name}` }])),
    refused: { api_url: 'http://127.0.0.1:1' },
    unknown_host: { api_url: 'https://nonexistent.invalid:6443' },
    https_to_http: { api_url: faults.url.replace('http', 'https') },
    ...(trustedCa === undefined ? {} : await tlsServers(trustedCa)),
  }
  const queries: [name: string, sql: string][] = []
  for (const [name, options] of Object.entries(cases)) queries.push([name, await podsAt(name, options)])
  await Promise.all(queries.map(async ([name, sql]) => messages.set(name, await failsAndGoesOn(sql))))
})

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
})

describe('no connection', () => {
  it('refused', () => {
    expect(said('refused')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from http://127.0.0.1:PORT: tcp connect error: Connection refused (os error 111). Hint: check api_url, and that the API server can be reached from the database server"`,
    )
  })

  it('a host name that nobody knows', () => {
    expect(said('unknown_host')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://nonexistent.invalid:6443: dns error: failed to lookup address information: NO SUCH HOST. Hint: the database server does not know the host name of api_url: check its spelling and DNS"`,
    )
  })

  it('https:// to a server without TLS', () => {
    expect(said('https_to_http')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://127.0.0.1:PORT: OPENSSL:wrong version number:FILE:LINE:. Hint: the server does not speak TLS: write api_url with http://"`,
    )
  })
})

describeUnless(needsOwnServers, 'TLS', () => {
  it('a CA that Postgres does not know', () => {
    expect(said('unknown_ca')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://127.0.0.1:PORT: OPENSSL:certificate verify failed:FILE:LINE: (unable to get local issuer certificate). Hint: Postgres' server process must trust the cluster's CA: add it to the system's trust store, or point SSL_CERT_FILE at it and restart Postgres; or use the URL of a kubectl proxy as api_url"`,
    )
  })

  it('a certificate that has expired', () => {
    expect(said('expired')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://127.0.0.1:PORT: OPENSSL:certificate verify failed:FILE:LINE: (certificate has expired). Hint: check the clock of the database server; if it is right, renew the API server's certificate"`,
    )
  })

  it('a certificate that is not valid yet', () => {
    expect(said('not_yet_valid')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://127.0.0.1:PORT: OPENSSL:certificate verify failed:FILE:LINE: (certificate is not yet valid). Hint: check the clock of the database server; if it is right, renew the API server's certificate"`,
    )
  })

  it('a certificate for another address', () => {
    expect(said('other_address')).toBe(
      `ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://127.0.0.1:PORT: OPENSSL:certificate verify failed:FILE:LINE: (IP address mismatch). Hint: ${NAME_HINT}`,
    )
  })

  it('a certificate for another name', () => {
    expect(said('other_name')).toBe(
      `ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://localhost:PORT: OPENSSL:certificate verify failed:FILE:LINE: (hostname mismatch). Hint: ${NAME_HINT}`,
    )
  })

  it('http:// to a server with TLS', () => {
    expect(said('http_to_https')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from http://127.0.0.1:PORT: connection closed before message completed. Hint: look at the logs of the API server, or of the proxy before it; a server with TLS needs https:// in api_url"`,
    )
  })
})

describe('an answer that breaks off', () => {
  it('before its first byte', () => {
    expect(said('closes')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from http://127.0.0.1:PORT/closes: connection closed before message completed. Hint: look at the logs of the API server, or of the proxy before it; a server with TLS needs https:// in api_url"`,
    )
  })

  it('in the midst of its body', () => {
    expect(said('breaks_off')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: the answer from http://127.0.0.1:PORT/breaks_off is broken: request or response body error: error reading a body from connection: end of file before message length reached. Hint: the connection or a proxy broke it: try again, or lower page_size"`,
    )
  })

  it('gzip that is none', () => {
    expect(said('broken_gzip')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: the answer from http://127.0.0.1:PORT/broken_gzip is broken: error decoding response body: Invalid gzip header. Hint: the connection or a proxy broke it: try again, or lower page_size"`,
    )
  })

  it('redirects without end', () => {
    expect(said('redirects')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from http://127.0.0.1:PORT/redirects: too many redirects. Hint: set api_url to the URL of the API server itself"`,
    )
  })
})

describe('a server that is not up to it', () => {
  it('408', () => {
    expect(said('code_408')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 408 Request Timeout: the body is empty. Hint: the API server or a proxy before it has a problem: look at its logs, and try again later"`,
    )
  })

  it('429', () => {
    expect(said('code_429')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 429 Too Many Requests: Too many requests, please try again later. Hint: the API server limits requests: try again later, or raise page_size so that fewer are needed"`,
    )
  })

  it('500 with a Status', () => {
    expect(said('code_500')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 500 Internal Server Error: etcdserver: leader changed. Hint: the storage of the API server (etcd) is slow or away: look at kubectl get --raw /readyz?verbose; a namespace, a selector or a lower page_size make a request smaller"`,
    )
  })

  it('502 with the page of a proxy', () => {
    expect(said('code_502')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 502 Bad Gateway: an HTML page titled "502 Bad Gateway" instead of JSON. Hint: a proxy or gateway before the API server cannot reach it, or does not wait for it: look at the logs of both, and try again later"`,
    )
  })

  it('503 with a Status', () => {
    expect(said('code_503')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 503 Service Unavailable: apiserver is shutting down. Hint: the API server is starting or stopping: try again in a minute"`,
    )
  })

  it('504 with the page of a proxy', () => {
    expect(said('code_504')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 504 Gateway Timeout: an HTML page titled "504 Gateway Time-out" instead of JSON. Hint: a proxy or gateway before the API server cannot reach it, or does not wait for it: look at the logs of both, and try again later"`,
    )
  })
})

it('the server never crashed', async () => {
  expect(await serverLife()).toBe(lifeBefore)
})
