// Servers made of a kubeconfig's files: that of the token, and that of the CA; and a CA compared with what
// SSL_CERT_FILE names. trust.test.ts has a Postgres without SSL_CERT_FILE.
import { appendFileSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { authority, kubeconfigOf, lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { provided } from '../support/provided.ts'
import { quoted, rows, run, session, type Answer } from '../support/sql.ts'
import { describeUnless, itUnless, needsOwnServers, needsPostgresLog } from '../support/left-out.ts'

const { apiServer, ca, token, trustedCa, postgresLog } = provided()
const TOKEN_STANDS_THERE =
  'WARNING:  the bearer token of server "files" now stands in its options, and every role of this database can read those\nHINT:  Vault would keep it: CREATE EXTENSION supabase_vault; then ALTER SERVER files OPTIONS (SET kubeconfig …).\n'

const create = (kubeconfig: string, more = ''): string => `DROP SERVER IF EXISTS files CASCADE;
  CREATE SERVER files FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(kubeconfig)}${more});`
const PODS = `CREATE FOREIGN TABLE kubeconfigs.pods (name text) SERVER files
  OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`
const COUNT = 'SELECT count(*) FROM kubeconfigs.pods;'

/** Without the notice of the DROP, and without what differs from run to run. */
const messages = (answer: Answer): string =>
  answer.messages
    .replaceAll(/^NOTICE: {2}(server "files" does not exist|drop cascades to).*\n/gm, '')
    .replaceAll(trustedCa ?? '-', 'THE_TRUSTED_FILE')
    .replaceAll(apiServer, 'THE_SERVER')

describeUnless(needsOwnServers, 'a kubeconfig on the database server', () => {
  let folder: Folder

  beforeAll(async () => {
    folder = lentFolder()
    await run('CREATE SCHEMA IF NOT EXISTS kubeconfigs;')
  })

  afterAll(async () => {
    folder.remove()
    await run(
      'SET client_min_messages = error; DROP SERVER IF EXISTS files CASCADE; DROP SCHEMA kubeconfigs;',
    )
  })

  it('names its token and its CA as files beside it', async () => {
    folder.write('token', `${token}\n`)
    folder.write('ca.crt', ca)
    const login = { cluster: { 'certificate-authority': 'ca.crt' }, user: { tokenFile: 'token' } }
    const answer = await session(`${create(folder.write('config', kubeconfigOf(login)))} ${PODS} ${COUNT}`)
    expect(messages(answer)).toBe(TOKEN_STANDS_THERE)
    expect(answer.rows).toEqual([['7']])
  })

  it('has a new token, which the next query uses after SET, in the same session', async () => {
    const config = folder.write('config', kubeconfigOf({ user: { tokenFile: 'token' } }))
    folder.write('token', 'not-the-token')
    const before = await session(`${create(config)} ${PODS} ${COUNT}`)
    expect(before.messages).toContain('401 Unauthorized')
    const both = session(`${COUNT} SELECT pg_sleep(1);
      ALTER SERVER files OPTIONS (SET kubeconfig ${quoted(config)}); ${COUNT}`)
    folder.write('token', token)
    expect((await both).messages).toContain('401 Unauthorized')
    expect((await both).rows.at(-1)).toEqual(['7'])
  })

  it('has a CA that Postgres does not trust: an error that says where it goes, until it is there', async () => {
    const other = createAuthority('a CA of another cluster').cert
    const config = folder.write('config', kubeconfigOf(authority(other)))
    const refused = await session(create(config))
    expect(messages(refused)).toMatchInlineSnapshot(`
      "ERROR:  kubeconfig: the PostgreSQL server process does not trust the certificate authority of cluster "suite", and Wrappers cannot be given one
      HINT:  Append the CA to THE_TRUSTED_FILE, which SSL_CERT_FILE names in the environment of the PostgreSQL server process. This prints it: kubectl config view --raw --flatten -o jsonpath='{.clusters[?(@.name=="suite")].cluster.certificate-authority-data}' | base64 -d. To go on without this check: OPTIONS (kubeconfig …, api_url 'THE_SERVER').
      "
    `)
    appendFileSync(trustedCa ?? '', other)
    expect(messages(await session(create(config)))).toBe(TOKEN_STANDS_THERE)
  })

  it('has such a CA, and the way on: api_url beside it', async () => {
    const config = folder.write('config', kubeconfigOf(authority(createAuthority('unknown').cert)))
    const answer = await session(`${create(config, `, api_url ${quoted(apiServer)}`)} ${PODS} ${COUNT}`)
    expect(messages(answer)).toBe(TOKEN_STANDS_THERE)
    expect(answer.rows).toEqual([['7']])
  })

  it('names a CA that cannot be read: a warning, and the server is made', async () => {
    const config = folder.write(
      'config',
      kubeconfigOf({ cluster: { 'certificate-authority': 'nothing.crt' } }),
    )
    const answer = await session(`${create(config)} ${PODS} ${COUNT}`)
    expect(messages(answer)).toMatchInlineSnapshot(`
      "WARNING:  cannot tell whether the PostgreSQL server process trusts the certificate authority of cluster "suite"; the kubeconfig's own is not passed on
      HINT:  Append the CA to THE_TRUSTED_FILE, which SSL_CERT_FILE names in the environment of the PostgreSQL server process. This prints it: kubectl config view --raw --flatten -o jsonpath='{.clusters[?(@.name=="suite")].cluster.certificate-authority-data}' | base64 -d. To go on without this check: OPTIONS (kubeconfig …, api_url 'THE_SERVER').
      WARNING:  the bearer token of server "files" now stands in its options, and every role of this database can read those
      HINT:  Vault would keep it: CREATE EXTENSION supabase_vault; then ALTER SERVER files OPTIONS (SET kubeconfig …).
      "
    `)
    expect(answer.rows).toEqual([['7']])
  })

  it('is compared for a role without rights as well, and tells it of no other file', async () => {
    await run('DROP SERVER files CASCADE;')
    const answer = await session(`CREATE ROLE k8s_fdw_e2e_jane;
      GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_e2e_jane;
      SET ROLE k8s_fdw_e2e_jane;
      ${create(kubeconfigOf(authority(createAuthority('unknown').cert)))}
      SELECT (k8s_fdw.trusts(k8s_fdw.pem_certificates(${quoted(ca)}))).trusted, (k8s_fdw.trusts(ARRAY['M'])).trusted;
      SELECT k8s_fdw.server_environment('PATH') IS NULL;
      RESET ROLE; DROP OWNED BY k8s_fdw_e2e_jane; DROP ROLE k8s_fdw_e2e_jane;`)
    expect(messages(answer)).toMatch(
      /^ERROR: {2}kubeconfig: the PostgreSQL server process does not trust .*\nHINT: .*\n$/,
    )
    expect(answer.rows).toEqual([['t', 'f'], ['t']])
  })

  itUnless(needsPostgresLog, 'in a statement that fails leaves no token in the log', async () => {
    const text = kubeconfigOf({
      ...authority(createAuthority('unknown').cert),
      user: { token: 'logged-token' },
    })
    const answer = await session(`SET log_min_error_statement = error;
      ${create(text)}
      CREATE SERVER files FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://h', api_key 'logged-token', nonsense 'x');
      SELECT 'seen' / 0;`)
    expect(answer.messages.match(/^ERROR/gm)).toHaveLength(3)
    const log = readFileSync(postgresLog ?? '', 'utf8')
    expect(log).toContain(`STATEMENT:  SELECT 'seen' / 0;`)
    expect(log).not.toContain('logged-token')
  })

  it('is in the database as its path, its URL and its token', async () => {
    const config = folder.write('config', kubeconfigOf())
    await run(create(config))
    const names = `SELECT option_name FROM pg_foreign_server, pg_options_to_table(srvoptions)
      WHERE srvname = 'files' AND option_name !~ '^fdw_' ORDER BY 1`
    expect(await rows(names)).toEqual([['api_key'], ['api_url'], ['kubeconfig']])
  })
})
