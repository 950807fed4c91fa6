// A Postgres without SSL_CERT_FILE: what it says to a kubeconfig with the cluster's CA, and that the advice works. Our own
// host needs no advice: it trusts the kubeconfig's CA.
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { COMPONENT } from '../../../tools/paths.ts'
import type { PostgresCopy } from '../../../tools/services/postgres-copy.ts'
import { psql } from '../../support/psql.ts'
import { bringUpPostgres, preparePostgres, runFolder, takeDown } from '../../../tools/services/session.ts'
import { authority, kubeconfigOf, lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { quoted } from '../support/sql.ts'
import { describeUnless, isOwn, itUnless, needsOwnServers, type Reason } from '../support/left-out.ts'

const { apiServer, host, trustedCa } = provided()
const DEBIAN = '/etc/ssl/certs/ca-certificates.crt'
const needsSystemStore: Reason = existsSync(DEBIAN) ? undefined : `this system has no ${DEBIAN}`
const own = runFolder(`e2e-trust-${process.pid}`)

let copy: PostgresCopy
let conninfo = ''
let folder: Folder

const start = async (caFile: string | undefined): Promise<void> => {
  conninfo = (await bringUpPostgres(own, copy, caFile, true)).conninfo
}

const ask = async (sql: string): Promise<{ stdout: string; stderr: string }> => {
  const args = ['-q', '-At', '-v', 'SHOW_CONTEXT=never']
  return psql({ psql: join(copy.bin, 'psql'), conninfo, args, sql })
}

const create = (kubeconfig: string, more = ''): string => `SET client_min_messages = warning;
  DROP SERVER IF EXISTS s CASCADE; RESET client_min_messages;
  CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(kubeconfig)}${more});`
const TOKEN_IS_KEPT = isOwn
  ? /^NOTICE: {2}the credentials of the kubeconfig are kept in the user mapping of server "s" for PUBLIC.*\n$/
  : /^WARNING: {2}the bearer token of server "s" now stands in its options.*\nHINT: .*\n$/
const QUERY = `CREATE FOREIGN TABLE pods (name text) SERVER s
  OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system'); SELECT count(*) FROM pods;`

describeUnless(needsOwnServers, 'a Postgres without SSL_CERT_FILE', () => {
  beforeAll(async () => {
    copy = await preparePostgres(own, host)
    folder = lentFolder()
    const component = join(own.path, 'k8s_fdw.wasm')
    copyFileSync(COMPONENT, component)
    await start(undefined)
    const { stderr } =
      await ask(`SET client_min_messages = error; ${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw;
      ${isOwn ? '' : `ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (SET fdw_package_url ${quoted(`file://${component}`)});`}`)
    expect(stderr).toBe('')
  })

  afterAll(async () => {
    folder.remove()
    await takeDown(own)
  })

  it('refuses a CA that it does not trust, and says how it would', async () => {
    if (isOwn) {
      const given = await ask(`${create(folder.write('config', kubeconfigOf()))} ${QUERY}`)
      expect([given.stdout, given.stderr]).toEqual(['7\n', expect.stringMatching(TOKEN_IS_KEPT)])
      const none = folder.write('config', kubeconfigOf({ cluster: {} }))
      const { stderr, stdout } = await ask(`${create(none)} ${QUERY}`)
      expect(stdout).toBe('')
      expect(stderr).toContain('the certificate of 127.0.0.1 was signed by an unknown authority')
      expect(stderr).toContain("give the server the cluster's CA with certificate_authority_data")
      return
    }
    const { stderr, stdout } = await ask(create(folder.write('config', kubeconfigOf())))
    expect(stdout).toBe('')
    expect(stderr.split('\n').slice(0, 2).join('\n').replace(apiServer, 'THE_SERVER')).toMatchInlineSnapshot(`
      "ERROR:  kubeconfig: the PostgreSQL server process does not trust the certificate authority of cluster "suite", and Wrappers cannot be given one
      HINT:  Save the CA as /usr/local/share/ca-certificates/kubernetes.crt on the database's machine and run update-ca-certificates there; or name a file with it as SSL_CERT_FILE in the environment of the PostgreSQL server process, and restart that. This prints it: kubectl config view --raw --flatten -o jsonpath='{.clusters[?(@.name=="suite")].cluster.certificate-authority-data}' | base64 -d. To go on without this check: OPTIONS (kubeconfig …, api_url 'THE_SERVER')."
    `)
  })

  it('makes the server all the same with api_url beside it', async () => {
    const config = folder.write('config', kubeconfigOf())
    const { stderr } = await ask(create(config, `, api_url ${quoted(apiServer)}`))
    expect(stderr).toMatch(TOKEN_IS_KEPT)
  })

  itUnless(needsSystemStore, "says nothing of a CA that is in the system's store", async () => {
    const found = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(
      readFileSync(DEBIAN, 'utf8'),
    )
    const config = folder.write('config', kubeconfigOf(authority(`# one of many\n${found?.[0] ?? ''}\n`)))
    const { stderr } = await ask(create(config))
    expect(stderr).toMatch(TOKEN_IS_KEPT)
  })

  it('trusts it and answers when it was restarted with SSL_CERT_FILE, as the hint says', async () => {
    await start(trustedCa)
    const { stderr, stdout } = await ask(`${create(folder.write('config', kubeconfigOf()))} ${QUERY}`)
    expect(stderr).not.toContain('certificate')
    expect(stdout).toBe('7\n')
  })
})
