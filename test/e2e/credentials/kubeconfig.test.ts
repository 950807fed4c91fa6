// Servers made of a kubeconfig's files: that of the token, and that of the CA; and a CA compared with what
// SSL_CERT_FILE names. trust.test.ts has a Postgres without SSL_CERT_FILE. Our own host takes the CA itself, and keeps
// what is secret in a user mapping.
import { appendFileSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { authority, kubeconfigOf, lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { provided } from '../support/provided.ts'
import { quoted, rows, run, session, type Answer } from '../support/sql.ts'
import { describeUnless, isOwn, itUnless, needsOwnServers, needsPostgresLog } from '../support/left-out.ts'

const { apiServer, ca, token, trustedCa, postgresLog } = provided()
const TOKEN_STANDS_THERE =
  'WARNING:  the bearer token of server "files" now stands in its options, and every role of this database can read those\nHINT:  Vault would keep it: CREATE EXTENSION supabase_vault; then ALTER SERVER files OPTIONS (SET kubeconfig …).\n'
const IN_A_MAPPING =
  'NOTICE:  the credentials of the kubeconfig are kept in the user mapping of server "files" for PUBLIC: its tables are read with them, and only its owner can see them\n'
const TOKEN_IS_KEPT = isOwn ? IN_A_MAPPING : TOKEN_STANDS_THERE
const UNKNOWN_AUTHORITY =
  "ERROR:  guest fdw error: k8s_fdw[connect] GET /api/v1/namespaces/kube-system/pods: no answer from THE_SERVER: certificate verify failed: the certificate of 127.0.0.1 was signed by an unknown authority (unable to get local issuer certificate). Hint: give the server the cluster's CA with certificate_authority_data, as a kubeconfig has it; or add it to the system's trust store\n"

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
    expect(messages(answer)).toBe(TOKEN_IS_KEPT)
    expect(answer.rows).toEqual([['7']])
  })

  it('has a new token, which the next query uses after SET, in the same session', async () => {
    const config = folder.write('config', kubeconfigOf({ user: { tokenFile: 'token' } }))
    folder.write('token', 'not-the-token')
    const before = await session(`${create(config)} ${PODS} ${COUNT}`)
    expect(before.messages).toContain('401 Unauthorized')
    if (isOwn) {
      // The file is read anew when it changes, without SET.
      const all = session(`${COUNT} SELECT pg_sleep(2); ${COUNT}`)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      folder.write('token', token)
      expect((await all).messages).toContain('401 Unauthorized')
      expect((await all).rows.at(-1)).toEqual(['7'])
      return
    }
    const both = session(`${COUNT} SELECT pg_sleep(1);
      ALTER SERVER files OPTIONS (SET kubeconfig ${quoted(config)}); ${COUNT}`)
    folder.write('token', token)
    expect((await both).messages).toContain('401 Unauthorized')
    expect((await both).rows.at(-1)).toEqual(['7'])
  })

  it('has a CA that Postgres does not trust: an error that says where it goes, until it is there', async () => {
    const other = createAuthority('a CA of another cluster').cert
    const config = folder.write('config', kubeconfigOf(authority(other)))
    if (isOwn) {
      const asked = await session(`${create(config)} ${PODS} ${COUNT}
        ALTER SERVER files OPTIONS (SET kubeconfig ${quoted(folder.write('good', kubeconfigOf()))}); ${COUNT}`)
      expect(messages(asked)).toBe(`${IN_A_MAPPING}${UNKNOWN_AUTHORITY}`)
      expect(asked.rows).toEqual([['7']])
      return
    }
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
    if (isOwn) {
      // As with kubectl, the CA of the kubeconfig is the one that counts, unless another one stands beside it.
      const url = `, api_url ${quoted(apiServer)}`
      expect(messages(await session(`${create(config, url)} ${PODS} ${COUNT}`))).toBe(
        `${IN_A_MAPPING}${UNKNOWN_AUTHORITY}`,
      )
      const both = `${url}, certificate_authority_data ${quoted(ca)}`
      const asked = await session(`${create(config, both)} ${PODS} ${COUNT}`)
      expect([messages(asked), asked.rows]).toEqual([IN_A_MAPPING, [['7']]])
      return
    }
    const answer = await session(`${create(config, `, api_url ${quoted(apiServer)}`)} ${PODS} ${COUNT}`)
    expect(messages(answer)).toBe(TOKEN_STANDS_THERE)
    expect(answer.rows).toEqual([['7']])
  })

  it('names a CA that cannot be read: a warning, and the server is made', async () => {
    const config = folder.write(
      'config',
      kubeconfigOf({ cluster: { 'certificate-authority': 'nothing.crt' } }),
    )
    if (isOwn) {
      // It would have to be passed on, and kubectl refuses it as well.
      expect(messages(await session(create(config))).replaceAll(folder.path, 'FOLDER'))
        .toMatchInlineSnapshot(`
        "ERROR:  the file "FOLDER/nothing.crt" of cluster "suite" (certificate-authority) cannot be read on the database server: could not open file "FOLDER/nothing.crt" for reading: No such file or directory
        HINT:  The path is one of the machine or container where PostgreSQL runs, and its operating-system user must be able to read the file. This puts the content itself there: kubectl config view --raw --minify --flatten
        "
      `)
      return
    }
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
    await run('SET client_min_messages = error; DROP SERVER IF EXISTS files CASCADE;')
    const answer = await session(`CREATE ROLE k8s_fdw_e2e_jane;
      GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_e2e_jane;
      SET ROLE k8s_fdw_e2e_jane;
      ${create(kubeconfigOf(authority(createAuthority('unknown').cert)))}
      SELECT (k8s_fdw.trusts(k8s_fdw.pem_certificates(${quoted(ca)}))).trusted, (k8s_fdw.trusts(ARRAY['M'])).trusted;
      SELECT k8s_fdw.server_environment('PATH') IS NULL;
      RESET ROLE; DROP OWNED BY k8s_fdw_e2e_jane; DROP ROLE k8s_fdw_e2e_jane;`)
    if (isOwn) expect(messages(answer)).toBe(IN_A_MAPPING)
    else
      expect(messages(answer)).toMatch(
        /^ERROR: {2}kubeconfig: the PostgreSQL server process does not trust .*\nHINT: .*\n$/,
      )
    expect(answer.rows).toEqual([['t', 'f'], ['t']])
  })

  itUnless(needsPostgresLog, 'in a statement that fails leaves no token in the log', async () => {
    const { cluster } = authority(createAuthority('unknown').cert)
    const text = kubeconfigOf({
      // Our own host takes any CA, and refuses one that is not to be used, as kubectl does.
      cluster: { ...cluster, ...(isOwn ? { 'insecure-skip-tls-verify': true } : {}) },
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
    const own = ['api_url', 'certificate_authority_data', 'kubeconfig', 'kubeconfig_read']
    const wrappers = ['api_key', 'api_url', 'kubeconfig']
    expect((await rows(names)).flat()).toEqual(isOwn ? own : wrappers)
    const mapped = `SELECT option_name, option_value = ${quoted(token)} FROM pg_user_mappings, pg_options_to_table(umoptions)
      WHERE srvname = 'files' ORDER BY 1`
    expect(await rows(mapped)).toEqual(
      isOwn
        ? [
            ['taken_from_kubeconfig', 'f'],
            ['token', 't'],
          ]
        : [],
    )
  })
})
