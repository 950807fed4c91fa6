// k8s_fdw.check(): for each thing that can be wrong with a server, the row that says so, and what to do.
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { provided } from '../support/provided.ts'
import { createPlainServer, createServer, type ServerOptions } from '../support/servers-in-sql.ts'
import { failure, quoted, rows, run, session } from '../support/sql.ts'
import { isOwn, itUnless, needsOwnHost, needsReader } from '../support/left-out.ts'

const { apiServer, readerToken } = provided()
const NAME = 'checked'
const YES = 't'
const NO = 'f'
const NOT_ASKED = ['∅', 'not asked', '∅']
const IN_OPTIONS = [
  'credentials',
  YES,
  'a bearer token in the options (api_key), which every role of this database can read',
  '∅',
]
const TRUSTED = [
  'TLS',
  YES,
  isOwn ? 'this machine trusts the certificate' : 'the PostgreSQL server process trusts the certificate',
  '∅',
]
/** In the words of Wrappers; our own host names the address too, and the CA's option. */
const inWrappersWords = (found: readonly string[][]): string[][] =>
  found.map((row) =>
    row.map((cell) =>
      cell
        .replace('(os error 111): 127.0.0.1:PORT', '(os error 111)')
        .replace(
          'certificate verify failed: the certificate of 127.0.0.1 was signed by an unknown authority (',
          'OPENSSL:certificate verify failed:FILE:LINE: (',
        )
        .replace(
          /^give the server the cluster's CA with certificate_authority_data.*/,
          "Postgres' server process must trust the cluster's CA: add it to the system's trust store, or point SSL_CERT_FILE at it and restart Postgres; or use the URL of a kubectl proxy as api_url",
        ),
    ),
  )

const NOT_FOUND = { kind: 'Status', message: 'the server could not find the requested resource', code: 404 }

const steady = (text: string): string =>
  text
    .replaceAll(apiServer, 'THE_SERVER')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/error:[0-9A-F]{8}:SSL routines:\w+:/g, 'OPENSSL:')
    .replaceAll(/[./\w]+\.c:\d+:?/g, 'FILE:LINE:')

/** The end of the token is renewing.test.ts'. */
const check = async (name = NAME): Promise<string[][]> =>
  (await rows(`SELECT * FROM k8s_fdw.check('${name}') WHERE "check" <> 'token ends'`)).map((row) =>
    row.map(steady),
  )

/** Of Wrappers alone, where there are tables to join. */
const withoutJoins = (found: string[][]): string[][] => found.filter(([name]) => name !== 'joins')

const checkWith = async (options: ServerOptions): Promise<string[][]> => {
  await createServer(NAME, options)
  return check()
}

const REACHABLE = ['reachable', YES, 'THE_SERVER', '∅']

let faults: FaultServer

beforeAll(async () => {
  faults = await startFaults({
    old: ({ method, url = '' }, response) => {
      const answer = method === 'GET' && url.endsWith('/version') ? { gitVersion: 'v1.25.0' } : NOT_FOUND
      response.writeHead(answer === NOT_FOUND ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer))
    },
    html: { type: 'text/html', body: '<html><head><title>Sign in</title></head></html>' },
  })
})

afterAll(async () => {
  await faults.close()
  await run(`SET client_min_messages = error; DROP SERVER IF EXISTS ${NAME} CASCADE;
    DROP SERVER IF EXISTS plain_checked CASCADE;`)
})

describe('check() of a server that works', () => {
  it('says so, and what its tables may list', async () => {
    await createServer(NAME)
    const found = await check()
    expect(found.slice(0, 3)).toEqual([IN_OPTIONS, REACHABLE, TRUSTED])
    expect(found[3]?.slice(0, 2)).toEqual(['API version', YES])
    expect(found[3]?.[2]).toMatch(/^v1\.\d+\.\d+, linux\//)
    expect(found[4]?.slice(0, 2)).toEqual(['authenticated', YES])
    expect(found.slice(5).map(([name, ok]) => [name, ok])).toEqual([
      ['may list configmaps', YES],
      ['may list deployments.apps', YES],
      ['may list namespaces', YES],
      ['may list nodes', YES],
      ['may list pods', YES],
      ['may list services', YES],
    ])
  })

  it('can be asked again and again, in one session, and leaves nothing behind', async () => {
    const ask = `SELECT count(*) FROM k8s_fdw.check('${NAME}');`
    const answer = await session(`${ask}
      PREPARE again AS SELECT count(*) FROM k8s_fdw.check('${NAME}');
      ${'EXECUTE again; '.repeat(3)}
      SELECT count(*) FROM pg_class WHERE relname LIKE 'k8s_fdw_check%';`)
    expect(answer.messages).toBe('')
    expect(answer.rows).toEqual([...Array.from({ length: 4 }, () => ['12']), ['0']])
  })

  it('works the plain Wrappers way too', async () => {
    await createPlainServer('plain_checked')
    expect((await check('plain_checked')).every(([, ok]) => ok === YES)).toBe(true)
  })

  itUnless(
    needsReader,
    'shows what a token with few rights may list, with the commands that change it',
    async () => {
      await createServer(NAME, { api_key: readerToken ?? '' })
      await run(`CREATE SCHEMA checked;
      CREATE FOREIGN TABLE checked.a (name text) SERVER ${NAME} OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'default');
      CREATE FOREIGN TABLE checked.b (name text) SERVER ${NAME} OPTIONS (object 'deployments.apps', namespaces 'default, web');
      CREATE FOREIGN TABLE checked.c (name text) SERVER ${NAME} OPTIONS (object 'nodes');
      CREATE FOREIGN TABLE checked.d (name text) SERVER ${NAME} OPTIONS (object 'whoami');`)
      const found = withoutJoins(await check())
      await run('SET client_min_messages = error; DROP SCHEMA checked CASCADE;')
      expect(found.slice(4)).toMatchInlineSnapshot(`
        [
          [
            "authenticated",
            "t",
            "as reader (system:authenticated)",
            "∅",
          ],
          [
            "may list nodes",
            "f",
            "cluster-wide",
            "kubectl create clusterrole read-nodes --verb=get,list --resource=nodes; kubectl create clusterrolebinding read-nodes --clusterrole=read-nodes --user=reader",
          ],
          [
            "may list deployments.apps",
            "f",
            "in namespace default",
            "kubectl create role read-deployments.apps --verb=get,list --resource=deployments.apps --namespace=default; kubectl create rolebinding read-deployments.apps --role=read-deployments.apps --user=reader --namespace=default",
          ],
          [
            "may list pods",
            "t",
            "in namespace default: RBAC: allowed by RoleBinding "pod-reader/default" of Role "pod-reader" to User "reader"",
            "∅",
          ],
          [
            "may list deployments.apps",
            "f",
            "in namespace web",
            "kubectl create role read-deployments.apps --verb=get,list --resource=deployments.apps --namespace=web; kubectl create rolebinding read-deployments.apps --role=read-deployments.apps --user=reader --namespace=web",
          ],
        ]
      `)
    },
  )

  it('gives commands that a shell takes apart as they are meant, whatever the names are', async () => {
    const names = ["it's; touch /tmp/x #", '$(id) `id` "x" \\\\', '--help', 'a\nb']
    for (const [user, resource, namespace] of names.map((name, i) => [
      name,
      names[(i + 1) % 4] ?? '',
      names[(i + 2) % 4] ?? '',
    ])) {
      const [[advice = ''] = []] = await rows(
        `SELECT k8s_fdw.grant_advice(${quoted(user ?? '')}, ${quoted(resource ?? '')}, ${quoted(namespace ?? '')})`,
      )
      const words = execFileSync('sh', ['-c', `kubectl() { printf '<%s>' "$@"; printf '|'; }; ${advice}`], {
        encoding: 'utf8',
      })
      const plain = (name = ''): string => name.replaceAll('\n', '?')
      const role = `read-${plain(resource).replaceAll('/', '-')}`
      expect(words).toBe(
        `<create><role><${role}><--verb=get,list><--resource=${plain(resource)}><--namespace=${plain(namespace)}>|` +
          `<create><rolebinding><${role}><--role=${role}><--user=${plain(user)}><--namespace=${plain(namespace)}>|`,
      )
    }
  })

  it('needs no superuser, only USAGE', async () => {
    await createServer(NAME)
    const answer = await session(`CREATE ROLE k8s_fdw_e2e_jill; SET ROLE k8s_fdw_e2e_jill;
      SELECT * FROM k8s_fdw.check('${NAME}');
      RESET ROLE; GRANT USAGE ON FOREIGN SERVER ${NAME} TO k8s_fdw_e2e_jill; SET ROLE k8s_fdw_e2e_jill;
      SELECT bool_and(ok) FROM k8s_fdw.check('${NAME}');
      RESET ROLE; DROP OWNED BY k8s_fdw_e2e_jill; DROP ROLE k8s_fdw_e2e_jill;`)
    expect(answer.messages).toMatchInlineSnapshot(`
      "ERROR:  permission denied for foreign server checked
      HINT:  Its owner can: GRANT USAGE ON FOREIGN SERVER checked TO k8s_fdw_e2e_jill.
      "
    `)
    expect(answer.rows).toEqual([[YES]])
  })
})

describe('check() of a server with tables', () => {
  const tables = async (...options: string[]): Promise<string[][]> => {
    await createServer(NAME)
    await run(
      `CREATE SCHEMA checked; ${options.map((each, i) => `CREATE FOREIGN TABLE checked.t${i} (name text) SERVER ${NAME} OPTIONS (${each});`).join('')}`,
    )
    const { rows: found, messages } = await session(`SELECT * FROM k8s_fdw.check('${NAME}')`)
    await run('SET client_min_messages = error; DROP SCHEMA checked CASCADE;')
    expect(messages).toBe('')
    return found.slice(6)
  }
  const rights = async (...options: string[]): Promise<string[][]> => withoutJoins(await tables(...options))

  it('says what Wrappers does with a join of them, and what stands against it', async () => {
    const pair = [`object 'pods'`, `object 'nodes'`]
    const joins = (found: string[][]): string[][] => found.filter(([name]) => name === 'joins')
    const wanted = isOwn
      ? []
      : [
          [
            'joins',
            '∅',
            'Wrappers tells the planner that every table has one row, so a join of two large ones becomes a nested loop, which can take minutes',
            'SET enable_nestloop = off; before such a join.',
          ],
        ]
    expect(joins(await tables(...pair))).toEqual(wanted)
    expect(joins(await tables(`object 'pods'`))).toEqual([])
    await run(`CREATE SCHEMA checked; CREATE FOREIGN TABLE checked.a (name text) SERVER ${NAME} OPTIONS (object 'pods');
      CREATE FOREIGN TABLE checked.b (name text) SERVER ${NAME} OPTIONS (object 'nodes');`)
    const { rows: found } = await session(`SET enable_nestloop = off;
      SELECT "check", ok, hint FROM k8s_fdw.check('${NAME}');`)
    await run('SET client_min_messages = error; DROP SCHEMA checked CASCADE;')
    expect(joins(found)).toEqual(isOwn ? [] : [['joins', YES, '∅']])
  })

  it('of logs and other virtual tables loses none of the others', async () => {
    const found = await rights(
      `object 'pods'`,
      ...['version', 'whoami', 'can_i', 'api_resources', 'pods/log'].map((name) => `object '${name}'`),
      `object 'pods/log', namespace 'default'`,
      `object 'nodes'`,
    )
    expect(found.map(([name, ok, detail]) => [name, ok, detail?.replace(/: RBAC.*/, '')])).toEqual([
      ['may get pods/log', YES, 'cluster-wide'],
      ['may list nodes', YES, 'cluster-wide'],
      ['may list pods', YES, 'cluster-wide'],
      ['may get pods/log', YES, 'in namespace default'],
    ])
  })

  it('of a kind that is not served says what a query says', async () => {
    const unserved = [
      `object 'podz'`,
      `object 'pods.metrics.k8s.io'`,
      `apiVersion 'apps/v1beta1', kind 'Deployment'`,
      `apiVersion 'gone.example.com/v1', kind 'Gone'`,
      `object 'nodes', namespace 'default'`,
    ]
    const found = await rights(`object 'pods'`, ...unserved)
    expect(found[0]?.slice(0, 2)).toEqual(['may list pods', YES])
    expect(found.length).toBe(1 + unserved.length)
    await createServer(NAME)
    for (const options of unserved) {
      await run(`CREATE FOREIGN TABLE asked (name text) SERVER ${NAME} OPTIONS (${options});`)
      const said = await failure('SELECT name FROM asked')
      await run('DROP FOREIGN TABLE asked;')
      const row = found.find((each) => said.includes(each[2] ?? '∅') && each[0] !== 'may list pods')
      expect([options, row?.[1], said.includes(row?.[3] ?? '∅')]).toEqual([options, NO, true])
    }
  })

  it('asks about all of them, and of a namespace that is missing', async () => {
    const many = Array.from(
      { length: 130 },
      (_, i) => `object '${i % 2 === 0 ? 'pods' : 'secrets'}', namespace 'missing-${i}'`,
    )
    const found = await rights(`object 'zz', namespace 'zz'`, ...many)
    expect(found.filter(([name]) => name?.startsWith('may list')).length).toBe(131)
    expect(found.filter(([name, ok]) => name?.startsWith('namespace missing-') && ok === NO).length).toBe(130)
  })

  itUnless(needsReader, 'has the same rows for a token of few rights', async () => {
    await createServer(NAME, { api_key: readerToken ?? '' })
    await run(`CREATE SCHEMA checked;
      CREATE FOREIGN TABLE checked.a (name text) SERVER ${NAME} OPTIONS (object 'pods', namespace 'default');
      CREATE FOREIGN TABLE checked.b (name text) SERVER ${NAME} OPTIONS (object 'pods.metrics.k8s.io');
      CREATE FOREIGN TABLE checked.c (name text) SERVER ${NAME} OPTIONS (object 'pods/log');`)
    const found = withoutJoins(await check())
    await run('SET client_min_messages = error; DROP SCHEMA checked CASCADE;')
    expect(found.slice(5).map(([name, ok]) => [name, ok])).toEqual([
      ['may get pods/log', NO],
      ['may list pods', YES],
      ['may list pods.metrics.k8s.io', NO],
    ])
  })

  it('of the plain Wrappers way whose options nobody has checked', async () => {
    await createPlainServer('plain_checked')
    await run(`CREATE SCHEMA checked;
      CREATE FOREIGN TABLE checked.good (name text) SERVER plain_checked OPTIONS (object 'pods');
      CREATE FOREIGN TABLE checked.none (name text) SERVER plain_checked;
      CREATE FOREIGN TABLE checked.odd (name text) SERVER plain_checked OPTIONS (object 'pods/exec');
      CREATE FOREIGN TABLE checked.both (name text) SERVER plain_checked OPTIONS (object 'pods', namespace 'a', namespaces 'a,b');
      CREATE FOREIGN TABLE checked.quoted (name text) SERVER plain_checked OPTIONS (object '{"a": ''"}');
      CREATE FOREIGN TABLE checked.long (name text) SERVER plain_checked OPTIONS (object '${'x'.repeat(100_000)}');`)
    const found = withoutJoins(await check('plain_checked'))
    await run('SET client_min_messages = error; DROP SCHEMA checked CASCADE;')
    expect(found.slice(5).map((row) => row.slice(0, 3).map((cell) => cell.slice(0, 100))))
      .toMatchInlineSnapshot(`
      [
        [
          "may list pods",
          "t",
          "cluster-wide",
        ],
        [
          "may list (checked."none")",
          "f",
          "the table does not say which kind of object it shows",
        ],
        [
          "may list pods",
          "f",
          "the table has both namespace and namespaces",
        ],
        [
          "may list pods/exec",
          "f",
          "option object is "pods/exec"",
        ],
        [
          "may list {"a": '"}",
          "f",
          "option object is "{\\"a\\": '\\"}"",
        ],
        [
          "may list (checked.long)",
          "f",
          "its options are too long for the question to be asked",
        ],
      ]
    `)
  })
})

describe('check() of a server', () => {
  it('with a token that the cluster does not know', async () => {
    expect(await checkWith({ api_key: 'not-the-token' })).toEqual([
      IN_OPTIONS,
      REACHABLE,
      TRUSTED,
      ['API version', ...NOT_ASKED],
      [
        'authenticated',
        NO,
        'GET /version: 401 Unauthorized: Unauthorized',
        'the API server does not accept this token; it may have expired: store a new one in api_key, api_key_id or api_key_name',
      ],
    ])
  })

  it('without a token', async () => {
    await run(`SET client_min_messages = error; DROP SERVER IF EXISTS ${NAME} CASCADE;
      CREATE SERVER ${NAME} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}');`)
    const found = await check()
    expect(found[0]).toEqual(['credentials', YES, 'none, as for a kubectl proxy', '∅'])
    expect(found[4]).toEqual([
      'authenticated',
      NO,
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews: 403 Forbidden: selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
      isOwn
        ? `give it credentials: CREATE USER MAPPING FOR PUBLIC SERVER ${NAME} OPTIONS (token '…'); or, if api_url is that of a kubectl proxy, log in anew where it runs, and start it again`
        : 'give the server a token with api_key_id, api_key_name or api_key',
    ])
  })

  it('with a wrong URL, or a CA that Postgres does not trust', async () => {
    const unknown = await startFaults({}, createAuthority('unknown').issue(['127.0.0.1']))
    // All at once, for Wrappers tries each for a while.
    const ask = async (name: string, url: string): Promise<string[][]> => {
      await createServer(name, { api_url: url })
      const found = await check(name)
      await run(`DROP SERVER ${name};`)
      return found
    }
    const [nobody, noHost, another, otherCa] = await Promise.all([
      ask('checked_nobody', 'http://127.0.0.1:1'),
      ask('checked_no_host', 'https://nonexistent.invalid:6443'),
      ask('checked_another', `${faults.url}/html`),
      ask('checked_ca', unknown.url),
    ])
    await unknown.close()
    expect(inWrappersWords(nobody)).toMatchInlineSnapshot(`
      [
        [
          "credentials",
          "t",
          "a bearer token in the options (api_key), which every role of this database can read",
          "∅",
        ],
        [
          "reachable",
          "f",
          "GET /version: no answer from http://127.0.0.1:PORT: tcp connect error: Connection refused (os error 111)",
          "check api_url, and that the API server can be reached from the database server",
        ],
        [
          "TLS",
          "∅",
          "not asked",
          "∅",
        ],
        [
          "API version",
          "∅",
          "not asked",
          "∅",
        ],
        [
          "authenticated",
          "∅",
          "not asked",
          "∅",
        ],
      ]
    `)
    expect(noHost[1]?.[2]).toContain('dns error')
    expect(noHost[1]?.[3]).toContain('check its spelling and DNS')
    expect(another).toMatchInlineSnapshot(`
      [
        [
          "credentials",
          "t",
          "a bearer token in the options (api_key), which every role of this database can read",
          "∅",
        ],
        [
          "reachable",
          "t",
          "http://127.0.0.1:PORT/html",
          "∅",
        ],
        [
          "TLS",
          "∅",
          "none: the URL begins with http://",
          "∅",
        ],
        [
          "API version",
          "f",
          "GET /version: 200 OK, but an HTML page titled "Sign in" instead of JSON",
          "is api_url the URL of an API server, and no login page or other service in between?",
        ],
        [
          "authenticated",
          "∅",
          "not asked",
          "∅",
        ],
      ]
    `)
    expect(inWrappersWords(otherCa)).toMatchInlineSnapshot(`
      [
        [
          "credentials",
          "t",
          "a bearer token in the options (api_key), which every role of this database can read",
          "∅",
        ],
        [
          "reachable",
          "t",
          "https://127.0.0.1:PORT",
          "∅",
        ],
        [
          "TLS",
          "f",
          "GET /version: no answer from https://127.0.0.1:PORT: OPENSSL:certificate verify failed:FILE:LINE: (unable to get local issuer certificate)",
          "Postgres' server process must trust the cluster's CA: add it to the system's trust store, or point SSL_CERT_FILE at it and restart Postgres; or use the URL of a kubectl proxy as api_url",
        ],
        [
          "API version",
          "∅",
          "not asked",
          "∅",
        ],
        [
          "authenticated",
          "∅",
          "not asked",
          "∅",
        ],
      ]
    `)
  })

  it('whose token is in a Vault that is not there', async () => {
    await run(`SET client_min_messages = error; DROP SERVER IF EXISTS ${NAME} CASCADE;
      CREATE SERVER ${NAME} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key_name 'nothing');`)
    expect((await check()).slice(0, 2)).toEqual([
      [
        'credentials',
        NO,
        isOwn
          ? 'Vault has no secret with the name "nothing" of option api_key_name'
          : 'relation "vault.decrypted_secrets" does not exist',
        'CREATE EXTENSION supabase_vault;',
      ],
      ['reachable', ...NOT_ASKED],
    ])
  })

  it('of a cluster too old to say who asks, or what he may', async () => {
    const found = await checkWith({ api_url: `${faults.url}/old` })
    expect(found.slice(3)).toMatchInlineSnapshot(`
      [
        [
          "API version",
          "t",
          "v1.25.0",
          "∅",
        ],
        [
          "authenticated",
          "∅",
          "POST /apis/authentication.k8s.io/v1/selfsubjectreviews: 404 Not Found: the server could not find the requested resource",
          "the API server must be of Kubernetes 1.28 or newer to say who a user is",
        ],
        [
          "may list",
          "f",
          "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews: 404 Not Found: the server could not find the requested resource",
          "check the kind and its version, and that api_url is the URL of an API server",
        ],
      ]
    `)
  })

  it('in a transaction that may not write', async () => {
    await createServer(NAME)
    const { rows: found } = await session(
      `SET default_transaction_read_only = on; SELECT * FROM k8s_fdw.check('${NAME}') WHERE "check" = 'reachable';`,
    )
    expect(found[0]).toEqual([
      'reachable',
      NO,
      'cannot execute CREATE FOREIGN TABLE in a read-only transaction',
      'Run check() in a transaction that may write: it makes a table that is gone afterwards.',
    ])
  })

  itUnless(needsOwnHost, 'for a role that cannot see the token: it says nothing of its end', async () => {
    await run(`SET client_min_messages = error; CREATE ROLE check_user;
      CREATE SERVER check_hidden FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}');
      CREATE USER MAPPING FOR PUBLIC SERVER check_hidden OPTIONS (token '${provided().token}');
      GRANT USAGE ON FOREIGN SERVER check_hidden TO check_user;`)
    const { rows: found } = await session(
      `SET ROLE check_user; SELECT * FROM k8s_fdw.check('check_hidden') WHERE "check" = 'token ends';`,
    )
    await run('DROP SERVER check_hidden CASCADE; DROP ROLE check_user;')
    expect(found).toEqual([
      [
        'token ends',
        '∅',
        'the token stands in a user mapping, which Postgres shows to the owner of the server only',
        '∅',
      ],
    ])
  })

  it('that does not exist, or is not one of k8s_fdw', async () => {
    expect(await failure(`SELECT * FROM k8s_fdw.check('nothing')`)).toBe(
      'ERROR:  server "nothing" does not exist\nHINT:  pg_foreign_server has the names of those that exist.',
    )
    await run(
      `CREATE FOREIGN DATA WRAPPER other_wrapper; CREATE SERVER of_another FOREIGN DATA WRAPPER other_wrapper;`,
    )
    expect(await failure(`SELECT * FROM k8s_fdw.check('of_another')`)).toBe(
      'ERROR:  server "of_another" is one of the wrapper other_wrapper, not of k8s_fdw',
    )
    await run('DROP FOREIGN DATA WRAPPER other_wrapper CASCADE;')
  })
})
