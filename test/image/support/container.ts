// A container of the image as the pages start, ask and stop it: by the name k8s_fdw, in a terminal of its own, with
// --rm.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { talkSql } from '../../../tools/demo/talk.ts'
import { askPgConfig, pgConfigPath } from '../../../tools/build/parts.ts'
import { COMPONENT, inRoot } from '../../../tools/paths.ts'
import { psql } from '../../support/psql.ts'
import { attempt, begin, KUBECTL_IMAGE, LIBRARY_IMAGE, run, until, type Running } from './engine.ts'
import type { Host } from './stand-ins.ts'

let container: Running | undefined

/** By the Dockerfile as it stands; what is not to be had here comes from the stand-ins. */
export const build = (host: Host, name: string, folder = '.'): Promise<string> => {
  const given = {
    FOR: host,
    POSTGRES: inject('engine').major,
    KUBECTL: KUBECTL_IMAGE,
    LIBRARY: LIBRARY_IMAGE,
  }
  const args = Object.entries(given).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
  return run(['docker', 'build', '--tag', name, ...args, folder])
}

export const logs = async (): Promise<string> => {
  const { stdout, stderr } = await attempt(['docker', 'logs', 'k8s_fdw'])
  return stdout + stderr
}

const healthy = async (): Promise<boolean> =>
  (await attempt(['podman', 'healthcheck', 'run', 'k8s_fdw'])).code === 0

export const start = async (more: readonly string[] = [], image = 'k8s_fdw'): Promise<void> => {
  await attempt(['docker', 'rm', '--force', 'k8s_fdw']) // what a failed test has left
  container = begin(['docker', 'run', ...more, '--rm', '--name', 'k8s_fdw', image])
  await until('healthy', healthy, () => container?.output() ?? '')
}

export const stop = async (): Promise<string> => {
  await run(['docker', 'stop', 'k8s_fdw'])
  const ended = await container?.ended
  expect(ended?.code).toBe(0)
  return (ended?.stdout ?? '') + (ended?.stderr ?? '')
}

/** `docker exec -i k8s_fdw psql -h localhost -U postgres < test.sql` */
export const ask = async (sql: string): Promise<{ stdout: string; stderr: string }> =>
  attempt(['docker', 'exec', '-i', 'k8s_fdw', 'psql', '-h', 'localhost', '-U', 'postgres'], { input: sql })

/** The first cell of the last row that is printed. */
export const cell = async (sql: string): Promise<string> => {
  const { stdout, stderr } = await attempt(
    ['docker', 'exec', '-i', 'k8s_fdw', 'psql', '-qAt', '-h', 'localhost', '-U', 'postgres'],
    { input: sql },
  )
  return (stdout.trim().split('\n').at(-1) ?? '') + stderr
}

/** From outside of the container. */
export const outside = (conninfo: string): ReturnType<typeof psql> =>
  psql({
    psql: join(askPgConfig(pgConfigPath(), '--bindir'), 'psql'),
    conninfo,
    args: ['--no-password', '-qAt'],
    sql: 'SELECT 6 * 7',
  })

export const address = async (): Promise<string> => {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
  return (await run(['podman', 'inspect', '--format', format, 'k8s_fdw'])).trim()
}

/** What is in the image of ours. */
export const files = async (find: string): Promise<string[]> =>
  (await run(['docker', 'run', '--rm', 'k8s_fdw', 'sh', '-c', find])).trim().split('\n')

/** The talk's statements up to its queries. */
export const making = (['server', 'tables'] as const).map((file) => talkSql(file, '/kubeconfig')).join('\n')

export const talk = `${making}\n${talkSql('select-component', '/kubeconfig')}`

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { version: string }).version

/** A copy of what the image is made of, as another version of the extension. */
export const sourceOf = (
  folder: string,
  version: string,
  released?: readonly [version: string, sql: string],
): string => {
  for (const path of ['Dockerfile', '.dockerignore', 'package.json', 'LICENSE', 'NOTICE', 'container', 'sql'])
    cpSync(inRoot(path), join(folder, path), { recursive: true })
  mkdirSync(join(folder, 'dist'))
  cpSync(COMPONENT, join(folder, 'dist', 'k8s_fdw.wasm'))
  const manifest = readFileSync(inRoot('package.json'), 'utf8')
  writeFileSync(
    join(folder, 'package.json'),
    manifest.replace(/"version": "[^"]+"/, `"version": "${version}"`),
  )
  if (released !== undefined) {
    mkdirSync(join(folder, 'sql', 'released'), { recursive: true })
    writeFileSync(join(folder, 'sql', 'released', `k8s_fdw--${released[0]}.sql`), released[1])
  }
  return folder
}

/** The command of docs/container.md that takes a database to the image's version. */
export const updateCommand = (): string[] => {
  const page = readFileSync(inRoot('docs/container.md'), 'utf8')
  return (/^docker exec .*zz-k8s_fdw\.sh$/m.exec(page)?.[0] ?? 'no such command').split(' ')
}

/** The capabilities that a manifest adds for Postgres' container, which has no others there. */
export const capabilities = (manifest: string): string[] => {
  const text = readFileSync(inRoot('deploy', manifest), 'utf8')
  const postgres = /- name: postgres\n[^]*?(?=\n {8}- name: |\n {6}\w)/.exec(text)?.[0] ?? ''
  const added = /add: \[([^\]]*)\]/.exec(postgres)?.[1]?.split(', ') ?? []
  expect(added.length).toBeGreaterThan(0)
  return ['--cap-drop=ALL', ...added.map((name) => `--cap-add=${name}`), '--security-opt=no-new-privileges']
}
