// The image as README.md and docs/container.md have it, with k8s_fdw's own host: built by the Dockerfile as it stands,
// started, asked, stopped, started again, updated. The commands are those of the pages; support/bin says what docker is
// here.
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
  making,
  sourceOf,
  start,
  stop,
  talk,
  updateCommand,
} from './support/container.ts'
import { attempt, begin, heard, run, until } from './support/engine.ts'

const { whyNot, kubeconfig, major } = inject('engine')
const token = /token: (\S+)/.exec(kubeconfig)?.[1] ?? ''

/** What the page's reader has in /tmp. */
const work = mkdtempSync(join(tmpdir(), 'k8s_fdw-image-'))
const config = join(work, 'config')
const MOUNTED = ['-v', `${config}:/kubeconfig`]

const NOTICE =
  'NOTICE:  the credentials of the kubeconfig are kept in the user mapping of server "kind" for PUBLIC: its tables are read with them, and only its owner can see them\n'

/** kubectl in the cluster's container. */
const kubectl = (args: readonly string[], input = ''): Promise<string> =>
  run(
    [
      'podman',
      'exec',
      '-i',
      'k8s_fdw_cluster',
      'kubectl',
      '--kubeconfig',
      '/etc/rancher/k3s/k3s.yaml',
      ...args,
    ],
    { input },
  )

interface Pod {
  /** Another token, or a text in its place. */
  readonly renew: (text?: string) => Promise<void>
  /** docker's arguments for what the kubelet gives a container. */
  readonly mounts: readonly string[]
}

/** The service account of deploy/, with the rights of some of its files. */
const pod = async (...rights: readonly string[]): Promise<Pod> => {
  for (const name of ['namespace', 'service-account', ...rights])
    await kubectl(['apply', '-f', '-'], readFileSync(inRoot('deploy', `${name}.yaml`), 'utf8'))
  const account = mkdtempSync(join(work, 'account-'))
  chmodSync(account, 0o755)
  const renew = async (text?: string): Promise<void> => {
    const made = text ?? (await kubectl(['create', 'token', 'k8s-fdw', '--namespace', 'k8s-fdw']))
    writeFileSync(join(account, 'token.new'), made, { mode: 0o444 })
    renameSync(join(account, 'token.new'), join(account, 'token'))
  }
  await renew()
  const authority = /certificate-authority-data: (\S+)/.exec(kubeconfig)?.[1] ?? ''
  writeFileSync(join(account, 'ca.crt'), Buffer.from(authority, 'base64'), { mode: 0o444 })
  const variables = ['KUBERNETES_SERVICE_HOST=cluster', 'KUBERNETES_SERVICE_PORT=6443'].flatMap((one) => [
    '-e',
    one,
  ])
  const place = `${account}:/var/run/secrets/kubernetes.io/serviceaccount:ro`
  return { renew, mounts: [...variables, '-v', place] }
}

describeUnless(whyNot.own, 'the image', () => {
  beforeAll(() => {
    writeFileSync(config, kubeconfig, { mode: 0o644 })
  })

  afterAll(async () => {
    await attempt(['docker', 'rm', '--force', 'k8s_fdw', 'k8s_fdw_keep', 'k8s_fdw_project'])
    rmSync(work, { recursive: true })
  })

  it('is built by the Dockerfile', async () => {
    await build('own', 'k8s_fdw')
  })

  it('holds what the Dockerfile copies, and nothing else of the folder that it is built in', async () => {
    const version = packageVersion()
    const share = `usr/share/postgresql/${major}/extension`
    expect(
      await files("cd / && find usr source installed -type f -path '*k8s_fdw*' 2> /dev/null | sort"),
    ).toEqual([
      `usr/lib/postgresql/${major}/lib/k8s_fdw.so`,
      'usr/local/lib/k8s_fdw/entrypoint.sh',
      'usr/local/lib/k8s_fdw/healthcheck.sh',
      'usr/local/lib/k8s_fdw/serve.sh',
      'usr/local/share/k8s_fdw/LICENSE',
      'usr/local/share/k8s_fdw/NOTICE',
      'usr/local/share/k8s_fdw/init.sql',
      `${share}/k8s_fdw--${version}.sql`,
      `${share}/k8s_fdw-${version}.wasm`,
      `${share}/k8s_fdw.control`,
    ])
  })

  it('runs another program instead of the server', async () => {
    expect(await run(['docker', 'run', '--rm', 'k8s_fdw', 'psql', '--version'])).toContain(
      `(PostgreSQL) ${major}.`,
    )
  })

  describe('as the README starts it', () => {
    it("plays the talk's statements, with nothing beside Postgres", async () => {
      await start(MOUNTED)
      const { stdout, stderr } = await ask(talk)
      expect(stderr).toBe(NOTICE)
      expect(stdout).toContain('CREATE SERVER')
      expect(stdout).toContain('| k8s.gcr.io/etcd:3.2.24                     | "etcd"')
      expect(stdout).toContain('(7 rows)')
      const first = await run(['docker', 'exec', 'k8s_fdw', 'cat', '/proc/1/comm'])
      expect(first).toBe('postgres\n')
    })

    it("is served by k8s_fdw's own host, which reaches the cluster by the kubeconfig's address and CA", async () => {
      expect(await cell('SELECT k8s_fdw.own_host()')).toBe('t')
      const url =
        "SELECT option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE option_name = 'api_url'"
      expect(await cell(url)).toBe('https://cluster:6443')
      expect(await cell("SELECT jsonb_agg(c) FROM k8s_fdw.check('kind') AS c WHERE NOT ok")).toBe('')
    })

    it('asks for no password inside, and for one from outside', async () => {
      const answer = await outside(`host=${await address()} user=postgres dbname=postgres`)
      expect(answer.stderr).toContain('no password supplied')
    })

    it('stops at once, with the server shut down', async () => {
      const begun = Date.now()
      const said = await stop()
      expect(said).toContain('database system is shut down')
      expect(Date.now() - begun).toBeLessThan(9_000) // docker kills it after ten seconds
    })
  })

  it('keeps the database in a volume, and takes it to a newer version by the command of the page', async () => {
    const volume = ['-v', 'own:/var/lib/postgresql/data', ...MOUNTED]
    await build('own', 'k8s_fdw:old', sourceOf(join(work, 'old'), '0.0.1'))
    const made = `/usr/share/postgresql/${major}/extension/k8s_fdw--0.0.1.sql`
    const released = await run(['docker', 'run', '--rm', 'k8s_fdw:old', 'cat', made])
    await build('own', 'k8s_fdw:new', sourceOf(join(work, 'new'), packageVersion(), ['0.0.1', released]))

    await start(volume, 'k8s_fdw:old')
    // Only made: the library is the newer version's, and looks for its own component.
    expect((await ask(making)).stderr).toBe(NOTICE)
    expect(await cell('SELECT k8s_fdw.version()')).toBe('0.0.1')
    await stop()

    await start(volume, 'k8s_fdw:new')
    expect(await logs()).not.toContain('a random one')
    expect(await attempt(updateCommand())).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(await cell('SELECT k8s_fdw.version()')).toBe(packageVersion())
    expect(await cell('SELECT count(*) FROM pods')).toBe('7')
    await stop()
  })

  it('takes a user, and a password from a file, for a port that is published', async () => {
    const port = await getPort({ host: '127.0.0.1' })
    writeFileSync(join(work, 'password'), 'correct horse\n', { mode: 0o644 })
    const given = ['POSTGRES_USER=jane', 'POSTGRES_PASSWORD_FILE=/secrets/password'].flatMap((one) => [
      '-e',
      one,
    ])
    await start(['-v', `${work}:/secrets:ro`, ...given, '-p', `127.0.0.1:${port}:5432`])
    const from = (password: string): ReturnType<typeof outside> =>
      outside(`host=127.0.0.1 port=${port} user=jane dbname=jane password='${password}'`)
    expect(await from('correct horse')).toMatchObject({ stdout: '42\n', stderr: '' })
    expect((await from('wrong')).stderr).toContain('password authentication failed')
    expect(await logs()).toContain('k8s_fdw: no kubeconfig is mounted at /kubeconfig\n')
    expect(await logs()).not.toContain('correct horse')
    await stop()
  })

  it('says beforehand that Postgres cannot read the kubeconfig', async () => {
    const closed = join(work, 'closed')
    writeFileSync(closed, kubeconfig, { mode: 0o600 })
    await start(['-v', `${closed}:/kubeconfig`])
    expect(await logs()).toContain(
      'k8s_fdw: Postgres cannot read /kubeconfig, whose mode is 600: let others read the file',
    )
    expect((await ask(talk)).stderr).toContain(
      'could not open file "/kubeconfig" for reading: Permission denied',
    )
    await stop()
  })

  it('is its own kubeconfig in a pod, with the rights of deploy/, and takes a token that is renewed', async () => {
    const { renew, mounts } = await pod('read')
    await start([...capabilities('postgres.yaml'), '-v', 'pod:/var/lib/postgresql/data', ...mounts])
    expect(await logs()).toContain("k8s_fdw: /kubeconfig is that of the pod's service account\n")

    const { stdout, stderr } = await ask(talk)
    expect(stderr).toBe(NOTICE)
    expect(stdout).toContain('(7 rows)')
    const who = "SELECT detail FROM k8s_fdw.check('kind') WHERE \"check\" = 'authenticated'"
    expect(await cell(who)).toContain('as system:serviceaccount:k8s-fdw:k8s-fdw ')
    await renew('nobody')
    expect(await cell('SELECT count(*) FROM pods')).toContain('401 Unauthorized')
    await renew()
    expect(await cell('SELECT count(*) FROM pods')).toBe('7')
    await stop()
  })

  it('brings tables to another Postgres, by the container that deploy/keep puts beside it', async () => {
    const password = 'a horse of another colour'
    const project = (sql: string): Promise<string> =>
      run(['docker', 'exec', '-i', 'k8s_fdw_project', 'psql', '-qAt', '-h', 'localhost', '-U', 'postgres'], {
        input: sql,
      })
    await run(['docker', 'run', '-d', '--name', 'k8s_fdw_project', 'k8s_fdw'])
    const remote = mkdtempSync(join(work, 'remote-'))
    chmodSync(remote, 0o755)
    const { mounts } = await pod('read', 'keep/rights')
    await start([
      ...capabilities('postgres.yaml'),
      ...mounts,
      '-e',
      'PGSERVICEFILE=/etc/k8s_fdw/remote/pg_service.conf',
      '-v',
      `${remote}:/etc/k8s_fdw/remote:ro`,
    ])
    const script =
      /until pg_isready .*\n *exec psql .*/.exec(
        readFileSync(inRoot('deploy/keep/postgres.yaml'), 'utf8'),
      )?.[0] ?? ''
    const keep = [
      'docker',
      'run',
      '--rm',
      '--name',
      'k8s_fdw_keep',
      '--network',
      'container:k8s_fdw',
      '--user',
      '65534:65534',
    ]
      .concat(['--cap-drop=ALL', '--security-opt=no-new-privileges', '--read-only', '--entrypoint', 'sh'])
      .concat([
        '-v',
        `${inRoot('deploy/keep/keep.sql')}:/etc/k8s_fdw/keep/keep.sql:ro`,
        'k8s_fdw',
        '-euc',
        script,
      ])

    // Without the Secret it makes the tables of the cluster, from which the script for the other side is made.
    const first = await attempt(keep)
    expect(first.code).toBe(3)
    expect(first.stdout + first.stderr).toMatch(/pg_service\.conf" not found|service "remote" not found/)
    const made = await run([
      'docker',
      'exec',
      'k8s_fdw',
      'psql',
      '-h',
      'localhost',
      '-U',
      'postgres',
      '-At',
      '-c',
      "select k8s_fdw.remote_script('cluster')",
    ])
    await until(
      'up',
      async () => (await attempt(['podman', 'healthcheck', 'run', 'k8s_fdw_project'])).code === 0,
    )
    await project(made)
    await project(`ALTER ROLE k8s_fdw_writer PASSWORD '${password}'`)
    const where = await run([
      'podman',
      'inspect',
      '--format',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      'k8s_fdw_project',
    ])
    writeFileSync(
      join(remote, 'pg_service.conf'),
      `[remote]\nhost=${where.trim()}\nport=5432\ndbname=postgres\nuser=k8s_fdw_writer\npassword=${password}\n`,
      { mode: 0o444 },
    )

    const kept = begin(keep)
    await until(
      'brought',
      async () => (await project('SELECT count(*) FROM kubernetes.pods')) === '7\n',
      kept.output,
    )
    await kubectl(['label', 'pod', 'etcd-master', '--namespace', 'kube-system', 'seen=yes'])
    await until(
      'followed',
      async () =>
        (await project(`SELECT count(*) FROM kubernetes.pods WHERE labels->>'seen' = 'yes'`)) === '1\n',
      kept.output,
    )
    await kubectl(['label', 'pod', 'etcd-master', '--namespace', 'kube-system', 'seen-'])
    await run(['docker', 'rm', '--force', 'k8s_fdw_keep', 'k8s_fdw_project'])
    await kept.ended
    await logs()
    await stop()
    for (const text of heard) expect(text.includes(password)).toBe(false)
  })

  it('shows the token nowhere: not in a log, nor in what docker tells of the container and the image', async () => {
    await start(MOUNTED)
    await ask(talk)
    expect(await cell('SELECT jsonb_agg(srvoptions) FROM pg_foreign_server')).toContain(
      'https://cluster:6443',
    )
    await run(['docker', 'inspect', 'k8s_fdw'])
    await run(['docker', 'history', '--no-trunc', 'k8s_fdw'])
    await logs()
    await stop()
    expect(token.length).toBeGreaterThan(20)
    expect(heard.length).toBeGreaterThan(40)
    for (const text of heard) expect(text.includes(token)).toBe(false)
  })
})
