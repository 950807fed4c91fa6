// A service account's token that asks for the next one, by Kubernetes' own TokenRequest: when it does, where the new one
// is kept, that the old one stays if anything fails, and who can do it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startFaults } from '../support/faults.ts'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, isOwn, itUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import {
  claimsOf,
  LOUD,
  noteToken,
  secretNamed,
  startRenewals,
  tokenOf,
  type Renewals,
} from '../support/renewals.ts'
import { quoted } from '../support/sql.ts'

const { apiServer } = provided()
const NAMESPACE = 'renewals'
const ACCOUNT = 'k8s-fdw'
const SECRET = 'renewed token'
const USER = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`
const WHO = 'SELECT username FROM whoami;'
const HOUR = 3600

let here: Renewals
let first = ''

const kept = (): string => here.secret(secretNamed(SECRET))
const keep = (token: string): Promise<string[][]> =>
  here.ask(
    `SELECT vault.update_secret(id, ${quoted(token)}) FROM vault.secrets WHERE name = ${quoted(SECRET)};`,
  )
const ends = async (server = 'renewed'): Promise<string[]> =>
  (
    await here.ask(`SELECT ok, detail, hint FROM k8s_fdw.check('${server}') WHERE "check" = 'token ends';`)
  )[0] ?? []
const parts = (token: string): string[] => token.split('.').slice(1)

describeUnless(needsOwnServers, 'renew() of a service account', () => {
  beforeAll(async () => {
    here = await startRenewals('k8s_fdw_renewing')
    kubectl(['create', 'namespace', NAMESPACE])
    kubectl(['create', 'serviceaccount', ACCOUNT, '--namespace', NAMESPACE])
    first = tokenOf(ACCOUNT, NAMESPACE, '--duration=45m')
    await here.ask(`SELECT vault.create_secret(${quoted(first)}, ${quoted(SECRET)});
      CREATE SERVER renewed FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key_name ${quoted(SECRET)});
      CREATE FOREIGN TABLE whoami (username text) SERVER renewed OPTIONS (object 'whoami');`)
  })

  afterAll(async () => {
    kubectl(['delete', 'namespace', NAMESPACE, '--wait=false'])
    await here.end()
  })

  it('is not needed yet: check() says when the token ends, as it says itself', async () => {
    const at = new Date((claimsOf(first)['exp'] as number) * 1000)
      .toISOString()
      .replace('T', ' ')
      .slice(0, 19)
    const [ok, detail, hint] = await ends()
    expect(ok).toBe('∅')
    expect(detail).toMatch(new RegExp(`^in 4[34] minutes, at ${at} UTC$`))
    expect(hint).toBe(
      `SELECT * FROM k8s_fdw.renew('renewed'); gets a new one. By itself, with pg_cron: SELECT cron.schedule('renew renewed', '*/5 * * * *', 'SELECT * FROM k8s_fdw.renew(''renewed'')');`,
    )
    expect(await here.ask("SELECT server, renewed, detail FROM k8s_fdw.renew('renewed');")).toEqual([
      ['renewed', 'f', expect.stringMatching(/^the token is good for another 4[34] minutes$/) as unknown],
    ])
  })

  it('fails without the right to ask, says what gives it, and leaves the token', async () => {
    const error = await here.fails("SELECT * FROM k8s_fdw.renew('renewed', force => true);")
    const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`
    expect(error.split('\n')).toEqual([
      expect.stringContaining(
        `ERROR:  ${apiServer}${path} gave no token: HTTP 403: serviceaccounts "${ACCOUNT}" is forbidden: User "${USER}" cannot create resource "serviceaccounts/token" in API group "" in the namespace "${NAMESPACE}"`,
      ),
      `HINT:  The account needs the right to ask for its own tokens: kubectl create role renew-${ACCOUNT} --verb=create --resource=serviceaccounts/token --resource-name=${ACCOUNT} --namespace=${NAMESPACE}; kubectl create rolebinding renew-${ACCOUNT} --role=renew-${ACCOUNT} --serviceaccount=${NAMESPACE}:${ACCOUNT} --namespace=${NAMESPACE}`,
    ])
    expect(kept()).toBe(first)
    expect(await here.ask(WHO)).toEqual([[USER]])
    const commands = (error.split('own tokens: ')[1] ?? '').split('; ').map((one) => one.split(' ').slice(1))
    for (const command of commands) kubectl(command)
  })

  it('gets a new token for as long as the former one, and keeps it where that was', async () => {
    const [row] = await here.ask(
      "SELECT server, renewed, extract(epoch FROM ends), detail FROM k8s_fdw.renew('renewed', force => true);",
    )
    const second = kept()
    noteToken(second)
    const [was, is] = [claimsOf(first), claimsOf(second)]
    expect(second).not.toBe(first)
    expect(is['sub']).toBe(was['sub'])
    expect((is['exp'] as number) - (is['iat'] as number)).toBe(
      (was['exp'] as number) - (was['iat'] as number),
    )
    expect(row).toEqual(['renewed', 't', `${String(is['exp'])}.000000`, 'a new token by service_account'])
    expect(await here.ask(WHO)).toEqual([[USER]])
    const [ok, detail, hint] = await ends()
    expect([ok, hint]).toEqual(['t', '∅'])
    expect(detail).toMatch(/^in 4[34] minutes, at .* UTC; renewed at .* UTC \(service_account\)$/)
    expect(
      (
        await here.ask(
          "SELECT k8s_fdw.options_of_server(oid)->>'login_record' FROM pg_foreign_server WHERE srvname = 'renewed';",
        )
      )[0]?.[0],
    ).toMatch(
      /^\{"at": "[-0-9: ]+ UTC", "how": "service_account", "ends": "[-0-9: ]+ UTC", "mark": "[0-9a-f]{8}"\}$/,
    )
  })

  it('is due when less than a third of its life is left, or as the caller says', async () => {
    const due = async (lives: number, left: number, before = 'NULL'): Promise<string> =>
      (
        await here.ask(
          `SELECT k8s_fdw.is_due(now() - interval '${lives - left} s', now() + interval '${left} s', ${before});`,
        )
      )[0]?.[0] ?? ''
    expect(await due(24 * HOUR, 9 * HOUR)).toBe('f')
    expect(await due(24 * HOUR, 7 * HOUR)).toBe('t')
    expect(await due(900, 660)).toBe('f')
    expect(await due(900, 590)).toBe('t')
    expect(await due(24 * HOUR, 9 * HOUR, "interval '10 hours'")).toBe('t')
    expect(await here.ask("SELECT renewed FROM k8s_fdw.renew('renewed', before => '1 hour');")).toEqual([
      ['t'],
    ])
    noteToken(kept())
  })

  it('asks for as long, and for whom, the server says', async () => {
    await here.ask("ALTER SERVER renewed OPTIONS (ADD login_seconds '7200', ADD login 'service_account');")
    await here.ask("SELECT * FROM k8s_fdw.renew('renewed', force => true);")
    const token = kept()
    noteToken(token)
    const claims = claimsOf(token)
    expect((claims['exp'] as number) - (claims['iat'] as number)).toBe(7200)
    expect((await ends())[0]).toBe('t')
  })

  it('does not take a token that the cluster does not take', async () => {
    const before = kept()
    await here.ask("ALTER SERVER renewed OPTIONS (ADD login_audience 'somebody else');")
    expect(await here.fails("SELECT * FROM k8s_fdw.renew('renewed', force => true);")).toBe(
      `ERROR:  the cluster does not take the new token (HTTP 401), so the present one stays
HINT:  The login gave a token that is for something else: see the login_ options of the server. SELECT * FROM k8s_fdw.renew(…) tries again.`,
    )
    await here.ask('ALTER SERVER renewed OPTIONS (DROP login_audience);')
    expect(kept()).toBe(before)
    await here.ask("ALTER SERVER renewed OPTIONS (SET login_seconds '60');")
    expect(await here.fails("SELECT * FROM k8s_fdw.renew('renewed', force => true);")).toContain('HTTP 422: ')
    await here.ask("ALTER SERVER renewed OPTIONS (SET login_seconds '3600');")
    expect(kept()).toBe(before)
  })

  it('says of a token that is not taken any more what to do', async () => {
    const good = kept()
    await keep(`${good.slice(0, -6)}AAAAAA`)
    expect(await here.fails("SELECT * FROM k8s_fdw.renew('renewed', force => true);")).toContain(
      `HINT:  The present token is not taken any more. Give the server a new one: kubectl create token ${ACCOUNT} --namespace=${NAMESPACE}`,
    )
    await keep(good)
  })

  it('leaves nothing behind, and shows no token however much is said', async () => {
    const before = kept()
    const { rows, messages } =
      await here.say(`${LOUD} SELECT renewed FROM k8s_fdw.renew('renewed', force => true);
      SELECT current_setting('k8s_fdw.login_body', true), current_setting('k8s_fdw.login_bearer', true);
      RESET client_min_messages; SELECT count(*) FROM pg_foreign_server WHERE srvname LIKE 'k8s_fdw_login%';`)
    const after = kept()
    noteToken(after)
    expect(rows).toEqual([['t'], ['', ''], ['0']])
    expect(messages).toMatch(/Foreign Scan on pg_temp/)
    expect(messages).toMatch(/k8s_fdw: POST https:.*\/token: 201 /)
    for (const token of [before, after]) {
      for (const part of parts(token)) expect(messages.includes(part.slice(0, 24))).toBe(false)
    }
  })

  it('does it for several servers, of which one fails', async () => {
    await here.ask(`SELECT vault.create_secret('opaque-token-1', 'opaque');
      CREATE SERVER renewed_not FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key_name 'opaque', login 'service_account');`)
    expect(
      await here.ask("SELECT ok, detail FROM k8s_fdw.check('renewed_not') WHERE \"check\" = 'token ends';"),
    ).toEqual([['t', 'the token does not say when it ends']])
    const { rows, messages } = await here.say(
      'SELECT server, renewed, detail FROM k8s_fdw.renew_all(force => true);',
    )
    const why = 'the token is not that of a service account, so Kubernetes gives no new one for it'
    expect(rows).toEqual([
      ['renewed', 't', 'a new token by service_account'],
      ['renewed_not', '∅', expect.stringContaining(why) as unknown],
    ])
    expect(messages).toContain(`WARNING:  the token of server "renewed_not" was not renewed: ${why}`)
    noteToken(kept())
    await here.ask('DROP SERVER renewed_not;')
  })

  it('is refused in places that it cannot renew, with what to do', async () => {
    const error = (options: string): Promise<string> =>
      here.fails(`SET client_min_messages = error; BEGIN;
        CREATE SERVER renewed_odd FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}'${options});
        SELECT * FROM k8s_fdw.renew('renewed_odd');`)
    expect(await error(`, api_key ${quoted(first)}`)).toContain(
      'ERROR:  the token of server "renewed_odd" stands in its options, where every role can read it, so it is not renewed there',
    )
    expect(await error(", api_key_name 'nowhere'")).toContain(
      'the token of server "renewed_odd" cannot be read',
    )
    expect(await error('')).toContain('server "renewed_odd" does not say how its token is renewed')
    expect(
      await here.fails("BEGIN READ ONLY; SELECT * FROM k8s_fdw.renew('renewed', force => true);"),
    ).toContain('HINT:  Renew in a transaction that may write, and on the primary.')
    expect(await here.fails("SELECT * FROM k8s_fdw.renew('renewd');")).toContain(
      'Perhaps you meant "renewed".',
    )
  })

  it('keeps nothing of an answer that is no token', async () => {
    const claims = Buffer.from(JSON.stringify({ sub: USER, exp: 1, iat: 0 })).toString('base64url')
    const faults = await startFaults({
      odd: { status: 201, body: '{"status":{"token":"two words"}}' },
      html: { status: 502, type: 'text/html', body: '<html>Bad Gateway</html>' },
    })
    try {
      await here.ask(`SELECT vault.create_secret('e30.${claims}.c2ln', 'odd');`)
      const error = (path: string): Promise<string> =>
        here.fails(`CREATE SERVER renewed_odd_${path} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${faults.url}/${path}', api_key_name 'odd');
          SELECT * FROM k8s_fdw.renew('renewed_odd_${path}');`)
      expect(await error('odd')).toContain(
        'what the login gave for server "renewed_odd_odd" is no bearer token',
      )
      expect(await error('html')).toContain('/token gave no token: HTTP 502, and no JSON')
      expect(await ends('renewed_odd_odd')).toEqual([
        'f',
        expect.stringMatching(/^it has ended, \d+ days ago, at 1970-01-01 00:00:01 UTC$/) as unknown,
        expect.stringContaining("SELECT * FROM k8s_fdw.renew('renewed_odd_odd'); gets a new one.") as unknown,
      ])
    } finally {
      await faults.close()
      await here.ask('DROP SERVER renewed_odd_odd; DROP SERVER renewed_odd_html;')
    }
  })

  it('is for the owner, and gives nobody else a token', async () => {
    await here.ask(`CREATE ROLE renewals_user; CREATE ROLE renewals_maker; CREATE SCHEMA theirs; GRANT ALL ON SCHEMA theirs TO PUBLIC;
      GRANT USAGE ON FOREIGN SERVER renewed TO renewals_user; GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO renewals_maker;
      GRANT USAGE ON SCHEMA vault TO renewals_user; GRANT SELECT ON vault.decrypted_secrets TO renewals_user;`)
    try {
      const as = (role: string, sql: string): Promise<string> => here.fails(`SET ROLE ${role}; ${sql}`)
      // Who may read Vault has the token anyway; without that right nothing is sent.
      expect(await as('renewals_user', "SELECT * FROM k8s_fdw.renew('renewed', force => true);")).toContain(
        'ERROR:  must be owner of foreign server renewed',
      )
      expect(
        await as(
          'renewals_user',
          `CREATE FOREIGN TABLE theirs.t (status integer, answer text) SERVER renewed OPTIONS (object 'login_answer');
        SELECT set_config('k8s_fdw.login_body', '{}', false); SELECT * FROM theirs.t;`,
        ),
      ).toContain("object 'login_answer' is only for the servers that k8s_fdw.renew() makes for one request")
      expect(await as('renewals_user', "ALTER SERVER renewed OPTIONS (ADD login_only 'on');")).toContain(
        'must be owner of foreign server renewed',
      )
      expect(
        await as(
          'renewals_user',
          `SELECT * FROM k8s_fdw.login_request((SELECT oid FROM pg_foreign_server WHERE srvname = 'renewed'), '${apiServer}/version', '', NULL, true);`,
        ),
      ).toContain('permission denied for foreign-data wrapper k8s_fdw')
      // A server of one's own has one's own credentials only.
      await here.ask(`SET ROLE renewals_maker; CREATE SERVER renewals_bait FOREIGN DATA WRAPPER k8s_fdw
        OPTIONS (api_url '${apiServer}', api_key_name ${quoted(SECRET)});`)
      expect(await here.fails("SELECT * FROM k8s_fdw.renew('renewals_bait', force => true);")).toContain(
        'server "renewals_bait" names a secret of Vault, and its owner "renewals_maker" may not read and change secrets there',
      )
      expect(
        await as('renewals_maker', "SELECT * FROM k8s_fdw.renew('renewals_bait', force => true);"),
      ).toContain('cannot be read')
    } finally {
      await here.ask(
        `SET client_min_messages = error; DROP OWNED BY renewals_user, renewals_maker; DROP ROLE renewals_user; DROP ROLE renewals_maker;`,
      )
    }
  })

  it('works the plain way, where the component is in another place', async () => {
    const { packageUrl, packageVersion } = provided()
    if (isOwn) return
    await here.ask(`CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER wasm_fdw_handler VALIDATOR wasm_fdw_validator;
      CREATE SERVER renewed_plain FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (fdw_package_url '${packageUrl}', fdw_package_name 'k8s-fdw:k8s-fdw',
        fdw_package_version '${packageVersion}', api_url '${apiServer}', api_key_name ${quoted(SECRET)});`)
    expect(await here.ask("SELECT renewed FROM k8s_fdw.renew('renewed_plain', force => true);")).toEqual([
      ['t'],
    ])
    noteToken(kept())
  })

  itUnless(needsOwnHost, 'keeps a token of a user mapping in the mapping', async () => {
    const token = tokenOf(ACCOUNT, NAMESPACE, '--duration=20m')
    const { ca } = provided()
    const mapped = (): string =>
      here.secret(
        "SELECT o.option_value FROM pg_user_mappings, pg_options_to_table(umoptions) AS o WHERE srvname = 'renewed_mapped' AND option_name = 'token';",
      )
    const config = JSON.stringify({
      'current-context': 'x',
      clusters: [
        {
          name: 'c',
          cluster: { server: apiServer, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
        },
      ],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token } }],
    })
    const messages = await here.say(`ALTER SCHEMA vault RENAME TO elsewhere; SET client_min_messages = error;
      CREATE SERVER renewed_mapped FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(config)}); ${LOUD}
      SELECT renewed FROM k8s_fdw.renew('renewed_mapped', force => true); SET client_min_messages = error; ALTER SCHEMA elsewhere RENAME TO vault;`)
    const renewed = mapped()
    noteToken(renewed)
    expect(messages.rows).toEqual([['t']])
    expect(renewed).not.toBe(token)
    expect(claimsOf(renewed)['sub']).toBe(USER)
    for (const one of [renewed, token])
      for (const part of parts(one)) expect(messages.messages.includes(part.slice(0, 24))).toBe(false)
    expect((await ends('renewed_mapped'))[0]).toBe('t')
    // The mapping is the kubeconfig's still, so it goes with its server.
    await here.ask('DROP SERVER renewed_mapped;')
  })
})
