// What the image's scripts do on Wrappers: they run kubectl proxy beside Postgres while there is a kubeconfig. Both
// programs are real, but there is no image, because that needs a container engine.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import getPort from 'get-port'
import { talkSql } from '../../../tools/demo/talk.ts'
import { seed, startCluster, type Cluster } from '../../../tools/services/cluster.ts'
import { preparePostgres, runFolder, takeDown } from '../../../tools/services/session.ts'
import { createAuthority, type Certificate } from '../support/certificates.ts'
import { Container } from '../support/container.ts'
import { readAccess, type Access } from '../support/kubeconfig.ts'
import { kubectlProgram } from '../support/kubectl.ts'
import { provided } from '../support/provided.ts'
import { wrong } from '../support/proxy-paths.ts'
import { describeUnless, needsOwnServers, needsProxy } from '../support/left-out.ts'

const USER = 'jane-with-a-certificate'
const { host } = provided()
const own = runFolder(`e2e-container-${process.pid}`)
const base64 = (text: string): string => Buffer.from(text).toString('base64')

let container: Container
let access: Access
let cluster: Cluster
let client: Certificate
let ports: { postgres: number; proxy: number }
const logs: string[] = []

/** As kind's and k3s' are: a private CA and a client certificate, both of which Wrappers can't use. */
const kubeconfig = (): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'c', cluster: { server: access.apiServer, 'certificate-authority-data': base64(access.ca) } },
    ],
    users: [
      {
        name: 'u',
        user: { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) },
      },
    ],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'kube-system' } }],
    'current-context': 'x',
  })

const throughProxy = async (path: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`http://127.0.0.1:${ports.proxy}${path}`)
  return { status: answer.status, text: await answer.text() }
}

const answers = async (): Promise<boolean> => {
  const { status } = await throughProxy('/version').catch(() => ({ status: 0 }))
  return status === 200
}

/** Addresses that the port listens on, in the kernel's hexadecimal form. */
const listening = (port: number): string[] =>
  ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === '0A' && Number(`0x${local?.split(':')[1] ?? ''}`) === port)
      .map(([, local = '']) => local.split(':')[0] ?? ''),
  )

const talk = (): string =>
  (['server', 'tables', 'select-component'] as const)
    .map((file) => talkSql(file, container.kubeconfig))
    .join('\n')

const start = async (name: string): Promise<void> => {
  container.start(name)
  await container.until('healthy', () => container.isHealthy())
}

const stop = async (): Promise<number | null> => {
  const code = await container.stop()
  logs.push(container.log())
  return code
}

describeUnless(needsOwnServers ?? needsProxy, "the container's scripts on Wrappers", () => {
  beforeAll(async () => {
    mkdirSync(own.path, { recursive: true })
    const authority = createAuthority('clients')
    client = authority.issue([USER], -1, 1)
    const ca = join(own.path, 'clients.crt')
    writeFileSync(ca, authority.cert)
    cluster = await startCluster(join(own.path, 'cluster'), true, { flags: [`--client-ca-file=${ca}`] })
    await seed(cluster.kubeconfig, '--set', 'talk')
    access = readAccess(cluster.kubeconfig)
    const kinds = '--resource=pods,pods/log,pods/exec,deployments.apps,replicasets.apps'
    for (const grant of [
      ['clusterrole', 'jane', '--verb=get,list', kinds],
      ['clusterrolebinding', 'jane', '--clusterrole=jane', `--user=${USER}`],
    ])
      execFileSync(kubectlProgram, ['--kubeconfig', cluster.kubeconfig, 'create', ...grant])
    ports = { postgres: await getPort({ host: '127.0.0.1' }), proxy: await getPort({ host: '127.0.0.1' }) }
    container = new Container(own, await preparePostgres(own, host), ports, 'wrappers')
    container.mount(kubeconfig())
  })

  afterAll(async () => {
    await container.stop()
    await takeDown(own)
  })

  it('make a database with k8s_fdw, and a proxy that logs in with the certificate', async () => {
    await start('first')
    await container.logged(`kubectl proxy for ${access.apiServer} listens on 127.0.0.1:${ports.proxy}`)
    const { text } = await throughProxy('/apis/rbac.authorization.k8s.io/v1/clusterroles')
    expect(text).toContain(`User \\"${USER}\\" cannot list resource`)
  })

  it("play the talk's statements as they stand, without a word about the certificate", async () => {
    const { stdout, stderr } = await container.ask(talk())
    expect(stderr).toBe('')
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(7)
    expect(stdout).toContain('etcd-master|k8s.gcr.io/etcd:3.2.24|"etcd"')
    const { stdout: options } = await container.ask(
      `SELECT option_name, option_value FROM pg_foreign_server, pg_options_to_table(srvoptions)
        WHERE option_name !~ '^fdw_' ORDER BY 1`,
    )
    expect(options).toBe(`api_url|http://127.0.0.1:${ports.proxy}\nkubeconfig|${container.kubeconfig}\n`)
  })

  it('listen on loopback alone', () => {
    expect(listening(ports.proxy)).toEqual(['0100007F'])
  })

  it('let questions through, but no command, tunnel, token or change', async () => {
    expect(await wrong(`http://127.0.0.1:${ports.proxy}`)).toEqual([])
  })

  it('let a query be answered in a namespace, and of a pod, of such a name', async () => {
    const admin = (...args: string[]): string =>
      execFileSync(kubectlProgram, ['--kubeconfig', cluster.kubeconfig, ...args], { encoding: 'utf8' })
    admin('create', 'namespace', 'proxy')
    admin('run', 'exec', '--namespace', 'proxy', '--image', 'i', '--restart', 'Never')
    await container.ask(`CREATE FOREIGN TABLE others (name text) SERVER kind
      OPTIONS (namespace 'proxy', apiVersion 'v1', kind 'Pod')`)
    expect((await container.ask("SELECT name FROM others WHERE name = 'exec'")).stdout).toBe('exec\n')
  })

  it('start the proxy again when it has died, and leave Postgres alone', async () => {
    const [before = 0] = container.processes('kubectl')
    const since = (await container.ask('SELECT pg_postmaster_start_time()')).stdout
    process.kill(before, 'SIGKILL')
    await container.logged('kubectl proxy ended with status 137')
    await container.until('answering again', answers)
    expect(container.processes('kubectl')).not.toContain(before)
    expect((await container.ask('SELECT count(*) FROM pods')).stdout).toBe('7\n')
    expect((await container.ask('SELECT pg_postmaster_start_time()')).stdout).toBe(since)
    expect(container.log()).not.toContain('terminating any other active server processes')
  })

  it('make a password that is not shown', () => {
    const password = container.generatedPassword()
    expect(password).toHaveLength(48)
    expect(container.log()).toContain('a random one that is shown nowhere')
    expect(container.log()).not.toContain(password)
  })

  it('prepare a database twice, and one where the extension is not found and has a schema for extensions', async () => {
    expect(container.initialise('postgres')).toBe('')
    await container.ask('CREATE DATABASE plain')
    await container.ask('CREATE SCHEMA extensions', 'plain')
    expect(await container.withoutExtension(() => Promise.resolve(container.initialise('plain')))).toBe('')
    const { stdout, stderr } = await container.ask(talk(), 'plain')
    expect(stderr).toBe('')
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(7)
    const { stdout: extensions } = await container.ask(
      `SELECT extname, nspname FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace
        WHERE extname IN ('wrappers', 'k8s_fdw')`,
      'plain',
    )
    expect(extensions).toBe('wrappers|extensions\n')
  })

  it('stop with the server', async () => {
    expect(await stop()).toBe(0)
    expect(container.processes('postgres')).toEqual([])
    expect(container.processes('kubectl')).toEqual([])
  })

  it('run no proxy without a kubeconfig, and CREATE SERVER says so', async () => {
    rmSync(container.kubeconfig)
    await start('without')
    expect(container.log()).toContain(`no kubeconfig is mounted at ${container.kubeconfig}`)
    expect(container.processes('kubectl')).toEqual([])
    const { stderr } = await container.ask(
      `CREATE SERVER other FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '${container.kubeconfig}')`,
    )
    expect(stderr.replaceAll(container.kubeconfig, '/kubeconfig')).toMatchInlineSnapshot(`
      "ERROR:  kubeconfig "/kubeconfig" does not exist on the database server, so no kubectl proxy serves its cluster
      HINT:  In a container: start it with the kubeconfig mounted there, docker run -v /path/to/kubeconfig:/kubeconfig. For another cluster give api_url.
      "
    `)
    expect(await stop()).toBe(0)
  })

  it.each([
    ['that is no YAML', () => `users: [{user: {token: ${access.token}`],
    ['of the wrong types', () => `clusters: ${access.token}\nusers:\n- user: [${access.token}]\n`],
    [
      'with a broken key',
      () => kubeconfig().replace('"client-key-data":"', `"client-key-data":"!!${access.token}`),
    ],
    ['without a context', () => kubeconfig().replace('"current-context":"x"', '"current-context":"y"')],
    ['that is empty', () => ''],
  ])('start the database with a kubeconfig %s, and say what is wrong', async (_, text) => {
    container.mount(text())
    await start('broken')
    await container.logged('next try in')
    expect(container.log()).toMatch(/kubeconfig cannot be used: .+|kubectl proxy: error: .+/)
    expect(await stop()).toBe(0)
    rmSync(container.kubeconfig)
  })

  it('take a kubeconfig from a folder, and say when Docker made the folder', async () => {
    mkdirSync(container.kubeconfig)
    await start('folder')
    await container.logged('is a folder without a file config, so no kubectl proxy runs')
    expect(await stop()).toBe(0)
    writeFileSync(join(container.kubeconfig, 'config'), kubeconfig(), { mode: 0o644 })
    await start('folder-with-config')
    await container.until('answering', answers)
    expect(await stop()).toBe(0)
  })

  it('log no secret', () => {
    expect(logs.length).toBeGreaterThan(7)
    const key = base64(client.key)
    const needles = [
      access.token,
      access.token.slice(0, 20),
      key,
      key.slice(60, 100),
      ...client.key.split('\n').slice(1, 3),
    ]
    for (const log of logs) for (const needle of needles) expect(log.includes(needle)).toBe(false)
  })
})
