// What the image's scripts do with k8s_fdw's own host: nothing runs beside Postgres, a pod's service account becomes a
// kubeconfig, and what CREATE SERVER could not read is said beforehand. Postgres and the library are real, but there is
// no image, because that needs a container engine.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import getPort from 'get-port'
import { buildLibrary } from '../../../tools/build/parts.ts'
import { talkSql } from '../../../tools/demo/talk.ts'
import { preparePostgres, runFolder, takeDown } from '../../../tools/services/session.ts'
import { Container } from '../support/container.ts'
import { kubeconfigOf } from '../support/kubectl.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'

const { apiServer, ca, token } = provided()
const own = runFolder(`e2e-own-container-${process.pid}`)
let container: Container
const logs: string[] = []

const play = async (path = container.kubeconfig): Promise<string> => {
  const talk = (['server', 'tables', 'select-component'] as const)
    .map((file) => talkSql(file, path))
    .join('\n')
  const { stdout, stderr } = await container.ask(`DROP SERVER IF EXISTS kind CASCADE; ${talk}`)
  return stdout + stderr.replace(/^NOTICE: .*\n/gm, '')
}

const start = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
  container.start(name, env)
  await container.until('healthy', () => container.isHealthy())
}

const stop = async (): Promise<void> => {
  expect(await container.stop()).toBe(0)
  logs.push(container.log())
}

describeUnless(needsOwnServers, "the container's scripts", () => {
  beforeAll(async () => {
    await buildLibrary()
    mkdirSync(own.path, { recursive: true })
    const ports = { postgres: await getPort({ host: '127.0.0.1' }), proxy: 0 }
    container = new Container(own, await preparePostgres(own, 'own'), ports, 'own')
    container.mount(kubeconfigOf(token))
  })

  afterAll(async () => {
    await container.stop()
    await takeDown(own)
  })

  it("make a database with k8s_fdw, which plays the talk's statements, and say nothing of the kubeconfig", async () => {
    await start('first')
    expect(await play()).toContain('etcd-master|k8s.gcr.io/etcd:3.2.24|"etcd"')
    const { stdout } = await container.ask(
      "SELECT extname FROM pg_extension WHERE extname IN ('wrappers', 'k8s_fdw')",
    )
    expect(stdout).toBe('k8s_fdw\n')
    expect(container.log().match(/^k8s_fdw: .*/gm)).toEqual([
      expect.stringContaining('a random one that is shown nowhere'),
    ])
  })

  it('make a password that is not shown', () => {
    const password = container.generatedPassword()
    expect(password).toHaveLength(48)
    expect(container.log()).not.toContain(password)
  })

  it('prepare a database twice, and another one', async () => {
    expect(container.initialise('postgres')).toBe('')
    await container.ask('CREATE DATABASE another')
    expect(container.initialise('another')).toBe('')
    expect((await container.ask('SELECT k8s_fdw.own_host()', 'another')).stdout).toBe('t\n')
    await stop()
  })

  it('say that Postgres cannot read the kubeconfig, as CREATE SERVER does', async () => {
    container.mount(kubeconfigOf(token), 0o000)
    await start('closed')
    expect(container.log()).toContain(
      `Postgres cannot read ${container.kubeconfig}, whose mode is 0: let others read the file`,
    )
    expect(await play()).toContain('could not open file')
    await stop()
  })

  it('say that there is no kubeconfig', async () => {
    rmSync(container.kubeconfig)
    await start('without')
    expect(container.log()).toContain(`no kubeconfig is mounted at ${container.kubeconfig}`)
    await stop()
  })

  it('name the file in a folder, and say when Docker made the folder', async () => {
    mkdirSync(container.kubeconfig)
    await start('folder')
    expect(container.log()).toContain(`${container.kubeconfig} is a folder without a file config`)
    await stop()
    const file = join(container.kubeconfig, 'config')
    writeFileSync(file, kubeconfigOf(token), { mode: 0o644 })
    await start('folder-with-config')
    expect(container.log()).toContain(`is a folder: the server takes kubeconfig '${file}'`)
    expect(await play(file)).toContain('etcd-master|')
    await stop()
    rmSync(container.kubeconfig, { recursive: true })
  })

  it('make a kubeconfig of what a pod has, which holds nothing of it, and takes a token that is renewed', async () => {
    const account = join(own.path, 'account')
    const renew = (text: string): void => {
      writeFileSync(join(account, 'new'), text, { mode: 0o644 })
      renameSync(join(account, 'new'), join(account, 'token'))
    }
    mkdirSync(account)
    renew(token)
    writeFileSync(join(account, 'ca.crt'), ca)
    const { hostname, port } = new URL(apiServer)
    const pod = {
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      K8S_FDW_SERVICE_ACCOUNT: account,
    }
    await start('closed-place', { ...pod, K8S_FDW_KUBECONFIG: '/proc/kubeconfig' })
    expect(container.log()).toContain("no right to write /proc/kubeconfig for the pod's service account")
    await stop()
    const elsewhere = join(container.folder, 'home', 'kubeconfig')
    await start('pod', { ...pod, K8S_FDW_KUBECONFIG: elsewhere })
    expect(container.log()).toContain(`${elsewhere} is that of the pod's service account`)
    expect(await play(elsewhere)).toContain('etcd-master|')
    renew('nobody')
    expect((await container.ask('SELECT count(*) FROM pods')).stderr).toContain('401')
    renew(token)
    expect((await container.ask('SELECT count(*) FROM pods')).stdout).toBe('7\n')
    await stop()
    expect(readFileSync(elsewhere, 'utf8')).not.toContain(token)
    rmSync(elsewhere)
    await start('pod6', { ...pod, KUBERNETES_SERVICE_HOST: 'fd00::1', K8S_FDW_KUBECONFIG: elsewhere })
    await stop()
    expect(readFileSync(elsewhere, 'utf8')).toContain(`server: https://[fd00::1]:${port}\n`)
  })

  it('log no secret', () => {
    expect(logs.length).toBeGreaterThan(6)
    for (const log of logs) expect(log).not.toContain(token.slice(0, 20))
  })
})
