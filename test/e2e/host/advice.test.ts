// What to do where our own host gets no answer, or the API server does not know who asks: in terms of the options that
// only this host has. The other hints are the component's, in errors/.
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createHttpsServer } from 'node:https'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { quoted, rows, run, session } from '../support/sql.ts'

const SERVER = 'advised'
const authority = createAuthority('advice')
const other = createAuthority('another cluster')
const servers: { close(): unknown }[] = []
let faults: FaultServer

const listening = async (server: Server): Promise<number> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A server of only these options, and with a user mapping for PUBLIC if there are options for it. */
const make = (options: Readonly<Record<string, string>>, mapping?: string): Promise<string> => {
  const list = Object.entries(options).map(([name, value]) => `${name} ${quoted(value)}`)
  return run(`SET client_min_messages = error; DROP SERVER IF EXISTS ${SERVER} CASCADE;
    CREATE SERVER ${SERVER} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (${list.join(', ')});
    ${mapping === undefined ? '' : `CREATE USER MAPPING FOR PUBLIC SERVER ${SERVER} OPTIONS (${mapping});`}
    CREATE FOREIGN TABLE advised_pods (name text) SERVER ${SERVER} OPTIONS (object 'pods');`)
}

/** The error of a query, with its hint behind it. */
const said = async (...server: Parameters<typeof make>): Promise<string> => {
  await make(...server)
  const { messages } = await session('SELECT * FROM advised_pods')
  return messages.trimEnd().replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
}

describeUnless(needsOwnHost, 'advice', () => {
  beforeAll(async () => {
    faults = await startFaults({
      elsewhere: { status: 302, headers: { location: 'https://other.example/x' }, body: '' },
    })
    servers.push(faults)
  })
  afterAll(async () => {
    for (const server of servers) await server.close()
    await run(`SET client_min_messages = error; DROP SERVER IF EXISTS ${SERVER} CASCADE;`)
  })

  it('on a CA that is not known goes to the option for it', async () => {
    const tls = await startFaults({}, authority.issue(['127.0.0.1']))
    servers.push(tls)
    expect(await said({ api_url: tls.url })).toBe(
      `ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://127.0.0.1:PORT: certificate verify failed: the certificate of 127.0.0.1 was signed by an unknown authority (unable to get local issuer certificate). Hint: give the server the cluster's CA with certificate_authority_data, as a kubeconfig has it; or add it to the system's trust store`,
    )
    expect(await said({ api_url: tls.url, certificate_authority_data: other.cert })).toContain(
      "Hint: give the server the cluster's CA",
    )
    const trusted = { api_url: tls.url, certificate_authority_data: authority.cert }
    expect(await said(trusted)).toContain('404 Not Found')
    expect(await said({ ...trusted, tls_server_name: 'kubernetes' })).toMatch(
      /hostname mismatch\)\. Hint: write api_url with a name .* tls_server_name$/,
    )
    const [[ok, hint] = []] = await rows(
      `SELECT ok, hint FROM k8s_fdw.check('${SERVER}') WHERE "check" = 'TLS'`,
    )
    expect([ok, hint]).toEqual(['f', expect.stringContaining('tls_server_name')])
  })

  it('on a client certificate goes to the user mapping', async () => {
    const { cert, key } = authority.issue(['127.0.0.1'])
    const asking = createHttpsServer(
      { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true },
      (_, response) => response.end('{}'),
    )
    const options = {
      api_url: `https://127.0.0.1:${await listening(asking)}`,
      certificate_authority_data: authority.cert,
    }
    expect(await said(options)).toMatch(
      /client certificate required: .*Hint: give the user mapping a certificate: CREATE USER MAPPING …/,
    )
    const wrong = other.issue(['jane'])
    const mapping = `client_certificate_data ${quoted(wrong.cert)}, client_key_data ${quoted(wrong.key)}`
    expect(await said(options, mapping)).toMatch(
      /Hint: (the certificate of the user mapping has expired|.* does not accept the client certificate)/,
    )
  })

  it('on time-outs names the option of each', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined))
    const url = `http://127.0.0.1:${await listening(silent)}`
    expect(await said({ api_url: url, request_timeout: '200ms' })).toMatch(
      /no byte from 127\.0\.0\.1:PORT for 200 ms \(request_timeout\)\. Hint: look at the logs .*request_timeout is the time that it has$/,
    )
    // TLS waits for an answer while it connects.
    expect(await said({ api_url: url.replace('http', 'https'), connect_timeout: '200ms' })).toMatch(
      /within 200 ms \(connect_timeout\)\. Hint: check api_url, .*connect_timeout is the time that it has$/,
    )
  })

  it('on a proxy that is not there names its option', async () => {
    expect(await said({ api_url: 'https://10.0.0.1:6443', proxy_url: 'http://127.0.0.1:1' })).toMatch(
      /proxy 127\.0\.0\.1:PORT: tcp connect error: .*Hint: check the server's option proxy_url/,
    )
  })

  it('on a redirect says where it leads', async () => {
    expect(await said({ api_url: `${faults.url}/elsewhere` })).toBe(
      'ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: redirected from http://127.0.0.1:PORT/elsewhere to https://other.example. Hint: if that is the API server, set api_url to it',
    )
    await run(`CREATE FOREIGN TABLE advised_me (username text) SERVER ${SERVER} OPTIONS (object 'whoami')`)
    const { messages } = await session('SELECT * FROM advised_me')
    expect(messages).toContain('selfsubjectreviews: redirected from')
    expect(messages).toContain('to https://other.example. Hint: if that is')
  })

  it('on a token file that cannot be read goes to the user mapping', async () => {
    expect(await said({ api_url: faults.url }, "token_file '/nowhere/token'")).toMatch(
      /token file \/nowhere\/token: No such file.*Hint: token_file of the user mapping names a file/,
    )
  })

  it('on a URL that is none is what Wrappers says', async () => {
    expect(await said({ api_url: 'https://10.0.0.256:6443' })).toBe(
      'ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/pods: no answer from https://10.0.0.256:6443: not a URL: invalid IPv4 address. Hint: check api_url, and that the API server can be reached from the database server',
    )
  })

  it('on who asks goes to the user mapping, of which it shows nothing', async () => {
    const server = { api_url: provided().apiServer }
    expect(await said(server)).toMatch(
      /403 Forbidden: .*"system:anonymous".*Hint: give it credentials: CREATE USER MAPPING FOR PUBLIC SERVER advised OPTIONS \(token '…'\); or, if api_url is that of a kubectl proxy/,
    )
    const refused = await said(server, "token 'nobodys-token'")
    expect(refused).toBe(
      "ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 401 Unauthorized: Unauthorized. Hint: the API server does not accept the token of the user mapping for PUBLIC; it may have expired, or be for another cluster: ALTER USER MAPPING FOR PUBLIC SERVER advised OPTIONS (SET token '…')",
    )
    await run(
      `ALTER USER MAPPING FOR PUBLIC SERVER ${SERVER} OPTIONS (DROP token, ADD username 'jane', ADD password 'basic-and-forgotten')`,
    )
    const basic = await session('SELECT * FROM advised_pods')
    expect(basic.messages).toMatch(
      /does not accept the user name and password of the user mapping for PUBLIC/,
    )
    expect(basic.messages).not.toContain('basic-and-forgotten')
    expect(
      (await session(`SELECT hint FROM k8s_fdw.check('${SERVER}') WHERE "check" = 'authenticated'`)).rows,
    ).toEqual([[expect.stringContaining('SET password')]])
    // The server's own token counts more, and so its advice.
    await run(
      `SET client_min_messages = error; ALTER SERVER ${SERVER} OPTIONS (ADD api_key 'nobodys-token');`,
    )
    expect((await session('SELECT * FROM advised_pods')).messages).toContain('store a new one in api_key')
  })

  it('is no option that anybody could give', async () => {
    const answer = await session(`ALTER SERVER ${SERVER} OPTIONS (ADD host_login_hint 'x')`)
    expect(answer.messages).toContain('k8s_fdw knows no option "host_login_hint"')
  })

  it('jsonb takes all levels that were read, and nothing is lost', async () => {
    const deep = `${'{"a":['.repeat(240)}12345678901234567890.5${']}'.repeat(240)}`
    const list = await startFaults({
      deep: {
        body: `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"p"},"spec":${deep}}]}`,
      },
    })
    servers.push(list)
    await make({ api_url: `${list.url}/deep` })
    await run(`CREATE FOREIGN TABLE advised_deep (spec jsonb) SERVER ${SERVER} OPTIONS (object 'pods')`)
    expect(
      await rows(
        `SELECT spec = ${quoted(deep)}::jsonb, spec::text = ${quoted(deep)}::jsonb::text FROM advised_deep`,
      ),
    ).toEqual([['t', 't']])
  })
})
