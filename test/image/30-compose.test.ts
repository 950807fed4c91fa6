// compose.yaml as it stands, with podman-compose in place of docker compose and the tests' API server in place of k3s:
// up, asked, down. Studio is left out, because no registry of packages has its images.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import getPort from 'get-port'
import { readFileSync } from 'node:fs'
import { inRoot } from '../../tools/paths.ts'
import { describeUnless } from '../support/left-out.ts'
import { build } from './support/container.ts'
import { attempt, run, until } from './support/engine.ts'
import { HOSTS } from './support/stand-ins.ts'

const { whyNot, major } = inject('engine')

describe.each(HOSTS)('%s', (host) => {
  describeUnless(whyNot[host], 'compose.yaml', () => {
    let env: Record<string, string>
    const compose = (...args: string[]): Promise<string> => run(['docker', 'compose', ...args], { env })
    const told = async (): Promise<string> => {
      const { stdout, stderr } = await attempt(['docker', 'compose', 'logs'], { env })
      return stdout + stderr
    }

    beforeAll(async () => {
      // The newest that there is of each, as `docker compose up` does it.
      await build(host, 'k8s_fdw')
      env = { FOR: host, POSTGRES: major, DATABASE_PORT: String(await getPort({ host: '127.0.0.1' })) }
    })

    afterAll(async () => {
      await attempt(['docker', 'compose', 'down', '-v'], { env })
    })

    it("comes up: the cluster, the kubeconfig with its name, the database, and the cluster's pods in a table", async () => {
      await compose('up', '--detach', '--no-build')
      await until('the pods', async () => (await told()).includes('rows)'), told)
      const shown = await compose('logs', 'pods')
      expect(shown).toContain('kube-system | etcd-master')
      expect(shown).toMatch(/\(\d+ rows\)/)
      expect(shown).not.toContain('ERROR')
    })

    it('starts no Studio that nobody asked for', async () => {
      const names = await run(['podman', 'ps', '--all', '--format', '{{.Names}}'])
      expect(names).toMatch(/k8s_fdw[_-]database/)
      expect(names).not.toMatch(/studio|meta/)
    })

    it('lets the database be asked by the command of the page', async () => {
      const page = readFileSync(inRoot('docs/container.md'), 'utf8')
      const command = /^docker compose exec database psql .+$/m.exec(page)?.[0] ?? 'no such command'
      const asked = await run(
        [
          ...command.replace(' exec ', ' exec -T ').split(' '),
          '-At',
          '-c',
          "SELECT count(*) FROM pods WHERE namespace = 'kube-system'",
        ],
        { env },
      )
      expect(asked).toBe('7\n')
    })

    it('publishes nothing but on loopback', async () => {
      const ports = await run(['podman', 'ps', '--format', '{{.Ports}}'])
      const published = ports.split(/[\n,]/).filter((port) => port.includes('->'))
      expect(published.map((port) => port.trim())).toEqual([`127.0.0.1:${env['DATABASE_PORT']}->5432/tcp`])
    })

    it('goes down, with its volumes', async () => {
      await compose('down', '-v')
      expect(await run(['podman', 'ps', '--all', '--format', '{{.Names}}'])).not.toMatch(/database|pods/)
      expect(await run(['podman', 'volume', 'ls', '--quiet'])).not.toMatch(/k8s_fdw_/)
    })
  })
})
