// A kubeconfig whose user logs in by a program (exec), as those of EKS, GKE and AKS do, on our own host. kubectl runs the
// same kubeconfig, and says who the user is.
import { chmodSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { kubeconfigOf, lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { kubectlAt } from '../support/kubectl.ts'
import { describeUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { quoted, run, session, type Answer } from '../support/sql.ts'

const COUNT = 'SELECT count(*) FROM plugged.pods;'

let folder: Folder
let config = ''
let plugin = ''

/** A program that notes its calls and prints an ExecCredential. */
const program = (status: string, before = ''): string => `#!/bin/sh
printf '%s|%s|%s\\n' "$1" "$GREETING" "$KUBERNETES_EXEC_INFO" >> ${folder.path}/calls
${before}
echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": ${status}}'
`

const write = (content: string): string => {
  const file = folder.write('login', content)
  chmodSync(file, 0o500)
  return file
}

const calls = (): string[] => readFileSync(`${folder.path}/calls`, 'utf8').trimEnd().split('\n')

/** A server of the kubeconfig, with the program allowed, a table of it, and what the statements say. */
const made = async (sql: string, allowed = plugin): Promise<Answer> => {
  await run(
    'SET client_min_messages = error; DROP SERVER IF EXISTS plugged CASCADE; CREATE SCHEMA IF NOT EXISTS plugged;',
  )
  return session(`SET k8s_fdw.exec_plugins = ${quoted(allowed)};
    CREATE SERVER plugged FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(config)});
    CREATE FOREIGN TABLE plugged.pods (name text) SERVER plugged OPTIONS (object 'pods', namespace 'kube-system');
    ${sql}`)
}

describeUnless(needsOwnHost ?? needsOwnServers, 'a kubeconfig with exec', () => {
  beforeAll(() => {
    folder = lentFolder()
    plugin = `${folder.path}/login`
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: plugin,
      args: ['get-token'],
      env: [{ name: 'GREETING', value: 'hello' }],
      interactiveMode: 'Never',
      provideClusterInfo: true,
    }
    config = folder.write('config', kubeconfigOf({ user: { exec } }))
  })
  beforeEach(() => {
    folder.write('calls', '')
    chmodSync(`${folder.path}/calls`, 0o600)
    write(program(`{"token": "${provided().token}"}`))
  })
  afterAll(async () => {
    folder.remove()
    await run(
      'SET client_min_messages = error; DROP SERVER IF EXISTS plugged CASCADE; DROP SCHEMA IF EXISTS plugged CASCADE;',
    )
  })

  it('is run once a session, with its arguments, its environment and the cluster', async () => {
    const answer = await made(`${COUNT} ${COUNT}`)
    expect(answer.rows).toEqual([['7'], ['7']])
    const [call = '', ...more] = calls()
    expect(more).toEqual([])
    const [argument, greeting, info = ''] = call.split('|')
    expect([argument, greeting]).toEqual(['get-token', 'hello'])
    kubectlAt(config, ['get', '--raw', '/version'])
    const [, , asKubectlTells = ''] = (calls()[1] ?? '').split('|')
    const told = JSON.parse(asKubectlTells) as { spec: { cluster: Record<string, unknown> } }
    const { 'certificate-authority-data': ca, ...cluster } = (JSON.parse(info) as typeof told).spec.cluster
    expect(ca).toBe(told.spec.cluster['certificate-authority-data'])
    expect(cluster).toMatchObject({ server: told.spec.cluster['server'] })
  })

  it('is run again when its credential has ended, or was refused', async () => {
    write(program(`{"token": "${provided().token}", "expirationTimestamp": "2020-01-01T00:00:00Z"}`))
    expect((await made(`${COUNT} ${COUNT}`)).rows).toEqual([['7'], ['7']])
    expect(calls().length).toBe(2)
    write(program('{"token": "refused"}'))
    const refused = await made(`${COUNT} ${COUNT}`)
    expect(refused.messages).toContain('401 Unauthorized')
    expect(calls().length).toBe(4)
  })

  it.each<[string, () => string, RegExp]>([
    [
      'fails',
      () => '#!/bin/sh\necho "no SSO session" >&2; exit 3\n',
      /login gave no credential: exit status: 3; the server's log/,
    ],
    [
      'prints no ExecCredential',
      () => '#!/bin/sh\necho SECRET\n',
      /printed no ExecCredential with a credential: it is no JSON/,
    ],
    ['prints no credential', () => program('{}'), /it has neither a token nor a certificate/],
    ['prints without end', () => '#!/bin/sh\nexec yes SECRET\n', /it printed more than 1048576 bytes/],
  ])('that %s is an error that says so, and the session goes on', async (_, content, says) => {
    write(content())
    const answer = await made(`${COUNT} SELECT 'on';`)
    expect(answer.messages).toMatch(says)
    expect(answer.messages).not.toContain('SECRET')
    expect(answer.rows).toEqual([['on']])
  })

  it('that hangs ends with the statement, and leaves no process', async () => {
    write(program('{}', 'sleep 987 & sleep 987'))
    const answer = await made(`SET statement_timeout = 500; ${COUNT}`)
    expect(answer.messages).toContain('canceling statement due to statement timeout')
    expect((await session(`COPY (SELECT 1) TO PROGRAM '! pgrep -f "sleep 98[7]"';`)).failed).toBe(false)
  })

  it('that nobody allowed is refused, when the server is made and when it is asked', async () => {
    const refused = await made('', '')
    expect(refused.messages).toMatch(
      /user "admin" logs in by running a program \(exec: .*\), which a superuser would have to allow/,
    )
    expect(refused.messages).toContain('ALTER SYSTEM SET k8s_fdw.exec_plugins')
    const later = await made(`SET k8s_fdw.exec_plugins = '/usr/bin/other'; ${COUNT}`)
    expect(later.messages).toMatch(/a superuser has to allow the program/)
    expect(calls()).toEqual([''])
  })

  it('runs for no owner who may not run programs, and no other role can allow one', async () => {
    await made(`CREATE ROLE k8s_fdw_e2e_plain; GRANT USAGE ON SCHEMA plugged TO k8s_fdw_e2e_plain;
      GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_e2e_plain;`)
    // The session that made a server of files may not give it away.
    const answer = await session(`SET k8s_fdw.exec_plugins = ${quoted(plugin)};
      ALTER SERVER plugged OWNER TO k8s_fdw_e2e_plain; ${COUNT}
      SET ROLE k8s_fdw_e2e_plain; SET k8s_fdw.exec_plugins = '/bin/sh';
      CREATE USER MAPPING FOR CURRENT_USER SERVER plugged OPTIONS (exec '{"command": "sh"}');
      RESET ROLE; DROP OWNED BY k8s_fdw_e2e_plain CASCADE; DROP ROLE k8s_fdw_e2e_plain;`)
    expect(answer.messages).toContain(
      'its owner may not run programs on the database server (pg_execute_server_program)',
    )
    expect(answer.messages).toContain('permission denied to set parameter "k8s_fdw.exec_plugins"')
    expect(answer.messages).toContain(
      'exec runs a program on the database server, and "k8s_fdw_e2e_plain" may not do that',
    )
    expect(calls()).toEqual([''])
  })
})
