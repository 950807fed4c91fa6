// What `make install` finds in its way before it builds anything: sql/install.sh with CHECK=1, run as a user who may not
// write everywhere.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { inRoot } from '../../tools/paths.ts'

let folder: string
const place = (...names: string[]): string => join(folder, ...names)

const addProgram = (name: string, script: string): void => {
  writeFileSync(place('bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** Root may write everywhere. */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
const PROGRAMS = ['dirname', 'sed']

interface Target {
  readonly host?: string
  readonly version?: string
}

/** What it says; empty if nothing is in the way. */
const obstacle = ({ host = 'own', version = '17.6 (Debian 17.6-0+deb13u1)' }: Target = {}): string => {
  const answers = `--sharedir) echo '${place('share')}' ;; --pkglibdir) echo '${place('lib')}' ;;`
  addProgram('pg_config', `case $1 in ${answers} --version) echo 'PostgreSQL ${version}' ;; esac`)
  const settings = [`PATH=${place('bin')}`, `FOR=${host}`, 'CHECK=1']
  const argv = ['env', ...settings, '/bin/sh', place('install.sh'), place('bin/pg_config')]
  const [program = '', ...args] = process.getuid?.() === 0 ? [...AS_NOBODY, ...argv] : argv
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  expect(status).toBe(stderr === '' ? 0 : 1)
  return stderr.replace(/^sql\/install\.sh: /, '').trim()
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-install-'))
  for (const name of ['bin', 'share/extension', 'lib']) mkdirSync(place(name), { recursive: true })
  for (const name of ['.', 'bin', 'share']) chmodSync(place(name), 0o755)
  for (const name of ['share/extension', 'lib']) chmodSync(place(name), 0o777)
  copyFileSync(inRoot('sql/install.sh'), place('install.sh'))
  // Whether the machine has a sudo must not count.
  for (const name of PROGRAMS) {
    const found = ['/bin', '/usr/bin'].map((bin) => join(bin, name)).find((path) => existsSync(path))
    addProgram(name, `exec ${found ?? name} "$@"`)
  }
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

it('finds nothing where everything is there and may be written', () => {
  expect(obstacle()).toBe('')
  expect(obstacle({ host: 'wrappers' })).toBe('')
})

it.each([
  ['14.19', 'PostgreSQL 14.19 is not supported: 15 to 18 are'],
  ['19beta1', 'PostgreSQL 19beta1 is not supported: 15 to 18 are'],
  ['18.0', ''],
])('knows for which versions there is a library: %s', (version, said) => {
  expect(obstacle({ version })).toBe(said)
})

it('says what FOR may be', () => {
  expect(obstacle({ host: 'wrapper' })).toBe(
    "FOR is own or wrappers, not wrapper. Leave it out for k8s_fdw's own host, which needs no Wrappers",
  )
})

it('says that a folder is missing, and which pg_config to give', () => {
  rmSync(place('lib'), { recursive: true })
  expect(obstacle()).toBe(
    `${place('lib')} does not exist: is PG_CONFIG that of the server? Debian's is /usr/lib/postgresql/17/bin/pg_config`,
  )
})

it('says who may install, unless sudo is there', () => {
  chmodSync(place('share/extension'), 0o555)
  expect(obstacle()).toBe(
    `no right to write into ${place('share/extension')}, and no sudo here: do it as a user who has that right`,
  )
  addProgram('sudo', 'exit 1')
  expect(obstacle()).toBe('')
})
