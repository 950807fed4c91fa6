// The image on Wrappers as docs/container.md has it: built by the Dockerfile as it stands, started, asked, stopped, started
// again, updated. The commands are those of the page; support/bin says what docker is here.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import getPort from 'get-port'
import { inRoot } from '../../tools/paths.ts'
import { describeUnless } from '../support/left-out.ts'
import {
  address,
  ask,
  build,
  capabilities,
  cell,
  files,
  logs,
  outside,
  packageVersion,
  sourceOf,
  start,
  stop,
  talk,
  updateCommand,
} from './support/container.ts'
import { attempt, heard, run, until } from './support/engine.ts'

const { whyNot, kubeconfig } = inject('engine')
const token = /token: (\S+)/.exec(kubeconfig)?.[1] ?? ''

/** What the page's reader has in /tmp. */
const work = mkdtempSync(join(tmpdir(), 'k8s_fdw-image-'))
const config = join(work, 'config')

/** The ids of a process' descendants, as this machine counts them. */
const descendants = (parent: number): number[] =>
  readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!(pid > 0)) return []
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
      return Number(fields[1]) === parent ? [pid, ...descendants(pid)] : []
    } catch {
      return [] // it has ended
    }
  })

/** kubectl among the container's own processes. */
const proxy = async (): Promise<number> => {
  const first = Number(await run(['podman', 'inspect', '--format', '{{.State.Pid}}', 'k8s_fdw']))
  const found = descendants(first).find(
    (pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'kubectl',
  )
  if (found === undefined) throw new Error('no kubectl runs in the container')
  return found
}

describeUnless(whyNot.wrappers, 'the image on Wrappers', () => {
  beforeAll(() => {
    writeFileSync(config, kubeconfig, { mode: 0o600 })
  })

  afterAll(async () => {
    await attempt(['docker', 'rm', '--force', 'k8s_fdw'])
    rmSync(work, { recursive: true })
  })

  it('is built by the Dockerfile', async () => {
    await build('wrappers', 'k8s_fdw')
  })

  it('holds what the Dockerfile copies, and nothing else of the folder that it is built in', async () => {
    const found = await files('cd /usr/local && find share/k8s_fdw lib/k8s_fdw -type f | sort')
    const version = packageVersion()
    expect(found.filter((path) => !path.includes('/database.dev/'))).toEqual([
      'lib/k8s_fdw/entrypoint.sh',
      'lib/k8s_fdw/healthcheck.sh',
      'lib/k8s_fdw/proxy.sh',
      'lib/k8s_fdw/serve.sh',
      'share/k8s_fdw/LICENSE',
      'share/k8s_fdw/NOTICE',
      'share/k8s_fdw/init.sql',
      `share/k8s_fdw/k8s_fdw--${version}.sql`,
      'share/k8s_fdw/k8s_fdw.control',
      'share/k8s_fdw/k8s_fdw.pgtle.sql',
      'share/k8s_fdw/k8s_fdw.sql',
      'share/k8s_fdw/k8s_fdw.wasm',
    ])
  })

  it('runs another program instead of the server', async () => {
    const printed = await run(['docker', 'run', '--rm', 'k8s_fdw', 'kubectl', 'version', '--client'])
    expect(printed).toContain(
      /kubectl (\d[\d.]*\d)/.exec(readFileSync(inRoot('docs/container.md'), 'utf8'))?.[1],
    )
  })

  describe('as the README starts it', () => {
    it('is up, and says where the proxy listens', async () => {
      await start(['-v', `${config}:/kubeconfig`])
      await until('serving', async () => (await logs()).includes('Starting to serve on 127.0.0.1:8001'), logs)
      expect(await logs()).toContain(
        'k8s_fdw: kubectl proxy for https://cluster:6443 listens on 127.0.0.1:8001',
      )
    })

    it("plays the talk's statements", async () => {
      const { stdout, stderr } = await ask(talk)
      expect(stderr).toBe('')
      expect(stdout).toContain('CREATE SERVER')
      expect(stdout).toContain('| k8s.gcr.io/etcd:3.2.24                     | "etcd"')
      expect(stdout).toContain('(7 rows)')
    })

    it('lets a user who is no superuser make the server, in the schema that Supabase has for extensions', async () => {
      expect(await cell('SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toBe('f')
      const where =
        "SELECT nspname FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'k8s_fdw'"
      expect(await cell(where)).toBe('extensions')
      expect(await cell("SELECT jsonb_agg(c) FROM k8s_fdw.check('kind') AS c WHERE NOT ok")).toBe('')
    })

    it('starts a proxy again that was killed, and the database goes on', async () => {
      const since = await cell('SELECT pg_postmaster_start_time()')
      process.kill(await proxy(), 'SIGKILL')
      await until('said', async () => (await logs()).includes('kubectl proxy ended with status 137'), logs)
      await until('answering', async () => (await cell('SELECT count(*) FROM pods')) === '7', logs)
      expect(await cell('SELECT pg_postmaster_start_time()')).toBe(since)
    })

    it('asks for no password inside, and for one from outside', async () => {
      const answer = await outside(`host=${await address()} user=postgres dbname=postgres`)
      expect(answer.stderr).toContain('no password supplied')
    })

    it('refuses to hand a command on to a pod, and lets questions pass', async () => {
      const inside = (path: string): Promise<string> =>
        run([
          'docker',
          'exec',
          'k8s_fdw',
          'sh',
          '-c',
          `kubectl --server http://127.0.0.1:8001 get --raw ${path} 2>&1 || :`,
        ])
      expect(await inside('/api/v1/namespaces/kube-system/pods/etcd-master/exec?command=id')).toContain(
        'Forbidden',
      )
      expect(await inside('/api/v1/namespaces/kube-system/pods/etcd-master')).toContain('"etcd-master"')
    })

    it('stops at once, with the server shut down', async () => {
      const begun = Date.now()
      const said = await stop()
      expect(said).toContain('database system is shut down')
      expect(Date.now() - begun).toBeLessThan(9_000) // docker kills it after ten seconds
    })
  })

  describe('with a volume', () => {
    const volume = ['-v', 'data:/var/lib/postgresql/data', '-v', `${config}:/kubeconfig`]

    it('keeps the database from one container to the next', async () => {
      await start(volume)
      expect((await ask(talk)).stderr).toBe('')
      await stop()
      await start(volume)
      expect(await cell('SELECT count(*) FROM pods')).toBe('7')
      expect(await logs()).not.toContain('a random one')
      await stop()
    })

    it('is taken to a newer version by the command of the page', async () => {
      await run(['docker', 'volume', 'rm', 'data'])
      await build('wrappers', 'k8s_fdw:old', sourceOf(join(work, 'old'), '0.0.1'))
      const made = '/usr/local/share/k8s_fdw/k8s_fdw--0.0.1.sql'
      const released = await run(['docker', 'run', '--rm', 'k8s_fdw:old', 'cat', made])
      await build('wrappers', 'k8s_fdw:new', sourceOf(join(work, 'new'), '9.0.0', ['0.0.1', released]))

      await start(volume, 'k8s_fdw:old')
      expect((await ask(talk)).stderr).toBe('')
      expect(await cell('SELECT k8s_fdw.version()')).toBe('0.0.1')
      await stop()

      await start(volume, 'k8s_fdw:new')
      expect(await cell('SELECT count(*) FROM pods')).toBe('7')
      expect(await attempt(updateCommand())).toMatchObject({ code: 0, stdout: '', stderr: '' })
      expect(await cell('SELECT k8s_fdw.version()')).toBe('9.0.0')
      const versions = `SELECT string_agg(option_value, ' ') FROM (
        SELECT fdwoptions AS o FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw' UNION ALL SELECT srvoptions FROM pg_foreign_server) AS options,
        pg_options_to_table(o) WHERE option_name = 'fdw_package_version'`
      expect(await cell(versions)).toBe('9.0.0 9.0.0')
      expect(await cell('SELECT count(*) FROM pods')).toBe('7')
      await stop()
    })
  })

  it('takes a password from a file, for a port that is published', async () => {
    const port = await getPort({ host: '127.0.0.1' })
    writeFileSync(join(work, 'password'), 'correct horse\n', { mode: 0o644 })
    await start([
      '-v',
      `${work}:/secrets:ro`,
      '-e',
      'POSTGRES_PASSWORD_FILE=/secrets/password',
      '-p',
      `127.0.0.1:${port}:5432`,
    ])
    const from = (password: string): ReturnType<typeof outside> =>
      outside(`host=127.0.0.1 port=${port} user=supabase_admin dbname=postgres password='${password}'`)
    expect(await from('correct horse')).toMatchObject({ stdout: '42\n', stderr: '' })
    expect((await from('wrong')).stderr).toContain('password authentication failed')
    expect(await logs()).toContain('no kubeconfig is mounted at /kubeconfig, so no kubectl proxy runs')
    expect(await logs()).not.toContain('correct horse')
    await stop()
  })

  it("needs no more rights than deploy/wrappers gives Postgres' container", async () => {
    await start([...capabilities('wrappers/postgres.yaml'), '-v', 'rights:/var/lib/postgresql/data'])
    expect(await cell('SELECT 1')).toBe('1')
    await stop()
  })

  it('shows the token nowhere: not in a log, nor in what docker tells of the container and the image', async () => {
    await start(['-v', `${config}:/kubeconfig`])
    await ask(talk)
    await run(['docker', 'inspect', 'k8s_fdw'])
    await run(['docker', 'history', '--no-trunc', 'k8s_fdw'])
    await logs()
    await stop()
    expect(token.length).toBeGreaterThan(20)
    expect(heard.length).toBeGreaterThan(40)
    for (const text of heard) expect(text.includes(token)).toBe(false)
  })
})
