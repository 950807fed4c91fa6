// A kubeconfig with a client certificate, as kind, k3s and minikube write one, on our own host: its user is who kubectl
// says it is, and its key can be read by nobody. The API server of this file trusts a CA for clients; the suite's has
// tokens only.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seed, startCluster } from '../../../tools/services/cluster.ts'
import { noteSecret } from '../../../tools/services/record.ts'
import { runFolder, takeDown } from '../../../tools/services/session.ts'
import { createAuthority, type Certificate, type KeyForm } from '../support/certificates.ts'
import { lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { kubectlAt } from '../support/kubectl.ts'
import { describeUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { quoted, rows, run, session, type Answer } from '../support/sql.ts'

const own = runFolder(`e2e-client-certificates-${process.pid}`)
const clients = createAuthority('kubernetes')
const USER = 'kubernetes-admin'
const GROUP = 'system:masters'
/** kind writes the first, k3s the second. */
const FORMS: readonly KeyForm[] = ['rsa in PKCS 1', 'ec in SEC 1', 'ec in PKCS 8']
const KEPT =
  'NOTICE:  the credentials of the kubeconfig are kept in the user mapping of server "by_certificate" for PUBLIC: its tables are read with them, and only its owner can see them\n'
const COUNT = `SELECT count(*) FROM by_certificate.pods WHERE namespace = 'kube-system';`

let folder: Folder
let server = ''
let ca = ''

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Laid out as kind does it. */
const asKindWrites = ({ cert, key }: Certificate): string => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(ca)}
    server: ${server}
  name: kind-kind
contexts:
- context:
    cluster: kind-kind
    user: kind-kind
  name: kind-kind
current-context: kind-kind
kind: Config
preferences: {}
users:
- name: kind-kind
  user:
    client-certificate-data: ${base64(cert)}
    client-key-data: ${base64(key)}
`

const issued = (form: KeyForm, toDays = 1, authority = clients): Certificate => {
  const certificate = authority.issueUser(USER, GROUP, form, toDays)
  for (const line of certificate.key.split('\n').slice(1, 3)) noteSecret(line)
  return certificate
}

const lend = (certificate: Certificate): string => folder.write('config', asKindWrites(certificate))

/** A server of that kubeconfig, tables of it, and what the statements say. */
const made = async (kubeconfig: string, sql: string): Promise<Answer> => {
  await run(`SET client_min_messages = error; DROP SERVER IF EXISTS by_certificate CASCADE;
    CREATE SCHEMA IF NOT EXISTS by_certificate;`)
  return session(`CREATE SERVER by_certificate FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(kubeconfig)});
    CREATE FOREIGN TABLE by_certificate.pods (name text, namespace text) SERVER by_certificate OPTIONS (apiVersion 'v1', kind 'Pod');
    CREATE FOREIGN TABLE by_certificate.whoami (username text, groups jsonb) SERVER by_certificate OPTIONS (object 'whoami');
    ${sql}`)
}

describeUnless(needsOwnHost ?? needsOwnServers, 'a kubeconfig with a client certificate', () => {
  beforeAll(async () => {
    mkdirSync(own.path, { recursive: true })
    const clientCa = join(own.path, 'client-ca.crt')
    writeFileSync(clientCa, clients.cert)
    const cluster = await startCluster(join(own.path, 'cluster'), true, {
      flags: [`--client-ca-file=${clientCa}`],
    })
    await seed(cluster.kubeconfig, '--set', 'talk')
    ;[server, ca] = [cluster.server, readFileSync(cluster.ca, 'utf8')]
    folder = lentFolder()
  }, 120_000)

  afterAll(async () => {
    folder.remove()
    await run(`SET client_min_messages = error; DROP SERVER IF EXISTS by_certificate CASCADE;
      DROP SCHEMA IF EXISTS by_certificate CASCADE;`)
    await takeDown(own)
  })

  it.each(FORMS)('is used as it stands, with a key %s', async (form) => {
    const config = lend(issued(form))
    const answer = await made(config, `SELECT username, groups FROM by_certificate.whoami; ${COUNT}`)
    expect(answer.messages).toBe(KEPT)
    const { status } = JSON.parse(kubectlAt(config, ['auth', 'whoami', '-o', 'json'])) as {
      status: { userInfo: { username: string; groups: string[] } }
    }
    const [[username, groups = ''] = [], count] = answer.rows
    expect([username, JSON.parse(groups)]).toEqual([status.userInfo.username, status.userInfo.groups])
    expect([username, groups]).toEqual([USER, expect.stringContaining(GROUP)])
    expect(count).toEqual(['7'])
    expect(await rows(`SELECT bool_and(ok) FROM k8s_fdw.check('by_certificate')`)).toEqual([['t']])
  })

  it("can be given as text, and with the certificate's and the key's files beside it", async () => {
    const certificate = issued('rsa in PKCS 1')
    expect(await made(asKindWrites(certificate), COUNT)).toMatchObject({ messages: KEPT, rows: [['7']] })
    folder.write('client.crt', certificate.cert)
    folder.write('client.key', certificate.key)
    const withFiles = asKindWrites(certificate)
      .replace(/client-certificate-data: .*/, 'client-certificate: client.crt')
      .replace(/client-key-data: .*/, 'client-key: client.key')
    expect(await made(folder.write('config', withFiles), COUNT)).toMatchObject({
      messages: KEPT,
      rows: [['7']],
    })
  })

  it('has its key in a user mapping, which no other role can read', async () => {
    await made(lend(issued('rsa in PKCS 1')), '')
    const options = `SELECT string_agg(option_name, ' ' ORDER BY option_name)`
    expect(
      await rows(
        `${options} FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE srvname = 'by_certificate'`,
      ),
    ).toEqual([['api_url certificate_authority_data kubeconfig kubeconfig_read']])
    const mapping = `FROM pg_user_mappings, pg_options_to_table(umoptions) WHERE srvname = 'by_certificate'`
    expect(await rows(`${options} ${mapping}`)).toEqual([
      ['client_certificate_data client_key_data taken_from_kubeconfig'],
    ])
    const other = await session(`CREATE ROLE k8s_fdw_e2e_certificate;
      GRANT USAGE ON SCHEMA by_certificate TO k8s_fdw_e2e_certificate;
      GRANT SELECT ON ALL TABLES IN SCHEMA by_certificate TO k8s_fdw_e2e_certificate;
      GRANT USAGE ON FOREIGN SERVER by_certificate TO k8s_fdw_e2e_certificate;
      SET ROLE k8s_fdw_e2e_certificate;
      SELECT count(*) ${mapping}; ${COUNT}
      RESET ROLE; DROP OWNED BY k8s_fdw_e2e_certificate; DROP ROLE k8s_fdw_e2e_certificate;`)
    expect(other).toEqual({ messages: '', rows: [['0'], ['7']], failed: false })
  })

  it('has another certificate, which the next query uses after SET, in the same session', async () => {
    const config = lend(issued('ec in SEC 1', 1, createAuthority('another')))
    const again = `ALTER SERVER by_certificate OPTIONS (SET kubeconfig ${quoted(config)});`
    // The file changes in between, on the database's machine.
    const good = folder.write('good', asKindWrites(issued('ec in SEC 1')))
    const answer = await made(config, `${COUNT} ${again.replace(config, good)} ${COUNT}`)
    expect(answer.messages).toContain('401 Unauthorized')
    expect(answer.rows).toEqual([['7']])
  })

  it.each<[string, () => Certificate, RegExp]>([
    ['that has run out', () => issued('rsa in PKCS 1', -1), /401 Unauthorized/],
    [
      'of a CA that the API server does not know',
      () => issued('rsa in PKCS 1', 1, createAuthority('another')),
      /401 Unauthorized/,
    ],
    [
      'whose key is that of another',
      () => ({ cert: issued('rsa in PKCS 1').cert, key: issued('rsa in PKCS 1').key }),
      /the client key does not belong to the client certificate/,
    ],
    [
      'whose key is none',
      () => ({ cert: issued('rsa in PKCS 1').cert, key: 'no key' }),
      /option "client_key_data" must be a private key in PEM, or base64 of that/,
    ],
  ])('%s ends in an error that says so', async (_, certificate, error) => {
    const answer = await made(lend(certificate()), COUNT)
    expect(answer.rows).toEqual([])
    expect(answer.messages).toMatch(error)
  })
})
