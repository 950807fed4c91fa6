// Tokens of EKS, AKS, GKE and OpenID Connect: what is sent is to the letter what is documented, a real API server takes
// the token, and no message, plan or log has a secret. No cloud is at hand: support/clouds.ts stands in for them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { runFolder } from '../../../tools/services/session.ts'
import { startBetween, type Between } from '../support/between.ts'
import { AZURE, EKS, eksUser, GOOGLE, OIDC, startClouds, type Clouds } from '../support/clouds.ts'
import { describeUnless, isOwn, itUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts'
import { LOUD, secretNamed, startRenewals, type Renewals } from '../support/renewals.ts'
import { quoted } from '../support/sql.ts'

let clouds: Clouds
let cluster: OwnCluster
let between: Between
let here: Renewals
let url = ''

const folder = runFolder(`e2e-clouds-webhook-${process.pid}`).path

/** An API server that asks the stand-in who has which token, as EKS asks aws-iam-authenticator. */
const startCluster = async (): Promise<OwnCluster> => {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'webhook.json')
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'x',
      clusters: [{ name: 'c', cluster: { server: clouds.webhook } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: {} }],
    }),
  )
  return startOwnCluster(
    'clouds',
    `--authentication-token-webhook-config-file=${config}`,
    '--authentication-token-webhook-version=v1',
    '--authentication-token-webhook-cache-ttl=0s',
  )
}

interface Login {
  readonly options: () => string
  readonly secret: () => string
  readonly user: string
  readonly lasts: RegExp
}

const LOGINS: Readonly<Record<string, Login>> = {
  eks: {
    options: () => `login 'eks', login_cluster '${EKS.cluster}', login_region '${EKS.region}'`,
    secret: () =>
      JSON.stringify({
        Credentials: { AccessKeyId: EKS.id, SecretAccessKey: EKS.secret, SessionToken: EKS.session },
      }),
    user: `aws:${EKS.id}`,
    lasts: /^in 14 minutes, at .*; renewed at .* \(eks\)$/,
  },
  azure: {
    options: () =>
      `login 'azure', login_client '${AZURE.client}', login_url '${clouds.url}/azure/${AZURE.tenant}/oauth2/v2.0/token'`,
    secret: () => AZURE.secret,
    user: `azure:${AZURE.client}`,
    lasts: /^in 59 minutes, at .*; renewed at .* \(azure\)$/,
  },
  google: {
    options: () => `login 'google'`,
    secret: () => clouds.googleKey(),
    user: GOOGLE.email,
    lasts: /^in 59 minutes, at .*; renewed at .* \(google\)$/,
  },
  oidc: {
    options: () => `login 'oidc', login_client '${OIDC.client}', login_url '${clouds.url}/oidc'`,
    secret: () => JSON.stringify({ refresh_token: clouds.refreshToken(), client_secret: OIDC.secret }),
    user: 'oidc:jane',
    lasts: /^in 59 minutes, at .*; renewed at .* \(oidc\)$/,
  },
}
const NAMES = Object.keys(LOGINS)

const login = (name: string): Login => {
  const found = LOGINS[name]
  if (found === undefined) throw new Error(name)
  return found
}

/** A server without a token yet, and its secret in Vault. */
const make = async (name: string, secret = login(name).secret(), more = ''): Promise<void> => {
  await here.ask(`SET client_min_messages = error; DROP SERVER IF EXISTS by_${name} CASCADE; DELETE FROM vault.secrets WHERE name LIKE '%${name}%';
    DO $do$ BEGIN PERFORM vault.create_secret(${quoted(secret)}, 'login ${name}'); END $do$;
    CREATE SERVER by_${name} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${url}', login_secret 'login ${name}', ${login(name).options()}${more});
    CREATE FOREIGN TABLE who_${name} (username text) SERVER by_${name} OPTIONS (object 'whoami');`)
}
const renew = (name: string): Promise<string[][]> =>
  here.ask(
    `SET client_min_messages = error; SELECT renewed, detail FROM k8s_fdw.renew('by_${name}', force => true);`,
  )
const fails = (name: string): Promise<string> =>
  here.fails(`SET client_min_messages = error; SELECT * FROM k8s_fdw.renew('by_${name}', force => true);`)
const tokenOf = (name: string): string => here.secret(secretNamed(`k8s_fdw server by_${name}`))

describeUnless(needsOwnServers, 'renew()', () => {
  beforeAll(async () => {
    clouds = await startClouds()
    cluster = await startCluster()
    between = await startBetween(cluster.access)
    url = between.at('clouds', () => 'pass')
    here = await startRenewals('k8s_fdw_renewing_clouds')
  })

  beforeEach(() => {
    clouds.takes(true)
  })

  afterAll(async () => {
    await here.end()
    await between.close()
    await cluster.end()
    await clouds.close()
  })

  it.each(NAMES)(
    'gets a first token of %s, and the next one, and the API server takes them',
    async (name) => {
      await make(name)
      expect(await renew(name)).toEqual([['t', `a new token by ${name}`]])
      const first = tokenOf(name)
      expect(await here.ask(`SELECT username FROM who_${name};`)).toEqual([[login(name).user]])
      const [ok, detail, hint] =
        (
          await here.ask(
            `SELECT ok, detail, hint FROM k8s_fdw.check('by_${name}') WHERE "check" = 'token ends';`,
          )
        )[0] ?? []
      expect([ok, detail, hint]).toEqual(['t', expect.stringMatching(login(name).lasts) as unknown, '∅'])
      expect(await here.ask(`SELECT renewed FROM k8s_fdw.renew('by_${name}');`)).toEqual([['f']])
      // STS signs by the second.
      if (name === 'eks') await new Promise((resolve) => setTimeout(resolve, 1100))
      expect(await renew(name)).toEqual([['t', `a new token by ${name}`]])
      expect(tokenOf(name)).not.toBe(first)
      expect(await here.ask(`SELECT username FROM who_${name};`)).toEqual([[login(name).user]])
      expect(clouds.refused).toEqual([])
    },
  )

  it.each(NAMES)('shows no secret and no token of %s, however much is said', async (name) => {
    await make(name)
    await renew(name)
    const secrets = [login(name).secret(), tokenOf(name)]
    const { rows, messages } = await here.say(
      `${LOUD} SELECT renewed FROM k8s_fdw.renew('by_${name}', force => true);`,
    )
    expect(rows).toEqual([['t']])
    expect(messages).toContain('Foreign Scan on pg_temp')
    const hidden = [
      ...secrets,
      tokenOf(name),
      AZURE.secret,
      EKS.secret,
      EKS.session,
      OIDC.secret,
      clouds.refreshToken(),
    ]
    for (const text of hidden) {
      expect(messages.includes(text.slice(0, 40))).toBe(false)
      expect(messages.includes(text.slice(-24))).toBe(false)
    }
    for (const line of (JSON.parse(clouds.googleKey()) as { private_key: string }).private_key
      .split('\n')
      .slice(1, 3))
      expect(messages.includes(line)).toBe(false)
  })

  it.each([
    {
      name: 'eks',
      secret: () => 'wrong',
      more: `, login_client '${EKS.id}'`,
      error: 'the cluster does not take the new token (HTTP 401), so the present one stays',
    },
    {
      name: 'azure',
      secret: () => 'wrong-secret',
      error: `gave no token: HTTP 401: invalid_client: AADSTS7000215: Invalid client secret provided: ***`,
    },
    {
      name: 'google',
      secret: () => clouds.googleKey().replace(GOOGLE.email, 'other@example.org'),
      error: 'gave no token: HTTP 400: invalid_grant: claims',
    },
    {
      name: 'oidc',
      secret: () => 'used-before',
      error: 'gave no token: HTTP 400: invalid_grant: refresh token is invalid',
    },
  ])(
    'leaves the token of $name when it is refused, and says so',
    async ({ name, secret, more = '', error }) => {
      await make(name)
      await renew(name)
      const before = tokenOf(name)
      await here.ask(
        `SELECT vault.update_secret(id, ${quoted(secret())}) FROM vault.secrets WHERE name = 'login ${name}';`,
      )
      if (more !== '') await here.ask(`ALTER SERVER by_${name} OPTIONS (ADD login_client '${EKS.id}');`)
      const said = await fails(name)
      expect(said).toContain(error)
      expect(said).toMatch(/HINT: /)
      expect(said).not.toContain('wrong-secret')
      expect(tokenOf(name)).toBe(before)
      clouds.takes(true)
    },
  )

  it('gets a token of GKE by the credentials of a user as well', async () => {
    await make('google', clouds.googleUser(), `, login_url '${clouds.url}/google/token'`)
    expect(await renew('google')).toEqual([['t', 'a new token by google']])
    expect(await here.ask('SELECT username FROM who_google;')).toEqual([['jane@example.org']])
  })

  it('makes a token for one cluster of EKS and for a quarter of an hour', async () => {
    await make('eks')
    await renew('eks')
    const token = tokenOf('eks')
    const seconds = Math.floor(Date.now() / 1000)
    expect(eksUser(token, seconds + 800)).toBe(`aws:${EKS.id}`)
    expect(() => eksUser(token, seconds + 1000)).toThrow('it has ended')
    await here.ask("ALTER SERVER by_eks OPTIONS (SET login_cluster 'another');")
    expect(await fails('eks')).toContain('the cluster does not take the new token')
    expect(clouds.refused.at(-1)).toContain('SignatureDoesNotMatch')
    expect(tokenOf('eks')).toBe(token)
  })

  it.each([
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['us-iso-east-1', 'sts.us-iso-east-1.c2s.ic.gov'],
  ])('asks the STS of %s', async (region, host) => {
    await make('eks')
    await here.ask(`ALTER SERVER by_eks OPTIONS (SET login_region '${region}');`)
    await fails('eks')
    expect(clouds.refused.at(-1)).toBe(`Error: ${host} is no STS of the cluster's partition`)
  })

  it('keeps the next refresh token even if the rest fails', async () => {
    await make('oidc')
    await renew('oidc')
    const before = tokenOf('oidc')
    clouds.takes(false)
    const { rows, messages } = await here.say(
      "SELECT renewed, detail FROM k8s_fdw.renew('by_oidc', force => true);",
    )
    expect(rows).toEqual([
      ['f', 'the cluster does not take the new token (HTTP 401), so the present one stays'],
    ])
    expect(messages).toContain(
      'WARNING:  the token of server "by_oidc" was not renewed: the cluster does not take the new token',
    )
    expect(tokenOf('oidc')).toBe(before)
    const kept = JSON.parse(here.secret(secretNamed('login oidc'))) as Record<string, string>
    expect(kept['refresh_token'] === clouds.refreshToken()).toBe(true)
    expect(kept['client_secret'] === OIDC.secret).toBe(true)
    clouds.takes(true)
    expect(await renew('oidc')).toEqual([['t', 'a new token by oidc']])
  })

  it('keeps the next refresh token even if no token comes with it', async () => {
    await make('oidc')
    clouds.withholds(true)
    const { rows, messages } = await here.say("SELECT renewed, detail FROM k8s_fdw.renew('by_oidc');")
    clouds.withholds(false)
    expect(rows).toEqual([['f', 'what the login gave for server "by_oidc" is no bearer token']])
    expect(messages).toContain('Is openid among the scopes (login_scope)? The present token stays.')
    const kept = JSON.parse(here.secret(secretNamed('login oidc'))) as Record<string, string>
    expect(kept['refresh_token'] === clouds.refreshToken()).toBe(true)
    expect(await renew('oidc')).toEqual([['t', 'a new token by oidc']])
  })

  it.each([
    ['login_url', 'sts.eu-west-1.amazonaws.com', 'the option login_url is no endpoint of STS'],
    ['login_url', 'http://sts.eu-west-1.amazonaws.com/', 'the option login_url is no endpoint of STS'],
    ['login_region', 'eu west/1', 'the option login_region is no region of AWS'],
  ])('takes no odd %s for EKS: %s', async (option, value, problem) => {
    await make('eks')
    const verb = option === 'login_region' ? 'SET' : 'ADD'
    await here.ask(`ALTER SERVER by_eks OPTIONS (${verb} ${option} '${value}');`)
    expect(await fails('eks')).toContain(problem)
  })

  it('sends nothing to whom it should not', async () => {
    await make('oidc')
    await here.ask(`ALTER SERVER by_oidc OPTIONS (SET login_url '${clouds.url}/oidc/other');`)
    expect(await fails('oidc')).toContain(
      `${clouds.url}/oidc/other is not the issuer that its own description names`,
    )
    await here.ask("ALTER SERVER by_oidc OPTIONS (SET login_url 'http://idp.example/oidc');")
    expect(await fails('oidc')).toContain(
      'a secret would be sent without TLS: the URL of the login does not begin with https://',
    )
    await make('azure')
    await here.ask(`ALTER SERVER by_azure OPTIONS (SET login_url '${clouds.url}/moved/token');`)
    const moved = await fails('azure')
    // Our own host does not follow; Wrappers does, and cannot be told not to.
    expect(moved).toContain(`redirected from ${clouds.url}/moved/token to http://localhost:`)
    expect(clouds.refused.at(-1)?.includes('/arrived')).toBe(!isOwn)
    expect(moved).not.toContain(AZURE.secret)
  })

  it('does not replace the secret of the login by a token', async () => {
    await make('azure')
    await here.ask("ALTER SERVER by_azure OPTIONS (ADD api_key_name 'login azure');")
    expect(await fails('azure')).toContain(
      'server "by_azure" has its token and the secret of its login in one secret of Vault, so the token would replace it',
    )
    expect(here.secret(secretNamed('login azure')) === AZURE.secret).toBe(true)
  })

  it('does not serve an owner who may not use Vault himself', async () => {
    await make('azure')
    await here.ask(`CREATE ROLE clouds_owner; GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO clouds_owner;
      SET client_min_messages = error; ALTER SERVER by_azure OWNER TO clouds_owner;`)
    try {
      expect(await fails('azure')).toContain(
        'server "by_azure" names a secret of Vault, and its owner "clouds_owner" may not read and change secrets there',
      )
      expect(await here.fails("SET ROLE clouds_owner; SELECT * FROM k8s_fdw.renew('by_azure');")).toContain(
        'the secret for the login azure cannot be read',
      )
    } finally {
      await here.ask(
        'SET client_min_messages = error; DROP OWNED BY clouds_owner CASCADE; DROP ROLE clouds_owner;',
      )
    }
  })

  itUnless(needsOwnHost, 'takes the secret from a user mapping, and keeps the token there', async () => {
    await here.ask(`SET client_min_messages = error;
      CREATE SERVER by_mapping FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${url}', ${login('oidc').options()});
      CREATE USER MAPPING FOR PUBLIC SERVER by_mapping OPTIONS (login_key ${quoted(login('oidc').secret())});
      CREATE FOREIGN TABLE who_mapping (username text) SERVER by_mapping OPTIONS (object 'whoami');`)
    const { rows, messages } = await here.say(`${LOUD} SELECT renewed FROM k8s_fdw.renew('by_mapping');`)
    expect(rows).toEqual([['t']])
    for (const text of [OIDC.secret, clouds.refreshToken()]) expect(messages.includes(text)).toBe(false)
    expect(await here.ask('SELECT username FROM who_mapping;')).toEqual([['oidc:jane']])
    expect(
      here.secret(
        "SELECT string_agg(option_name, ' ' ORDER BY option_name) FROM pg_user_mappings, pg_options_to_table(umoptions) WHERE srvname = 'by_mapping'",
      ),
    ).toBe('login_key token')
    expect(await here.ask("SELECT renewed FROM k8s_fdw.renew('by_mapping', force => true);")).toEqual([['t']])
  })
})
