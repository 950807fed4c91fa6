// The list of suites, each with how it is run and counted.
import { buildDebian, pgConfigPath } from '../build/parts.ts'
import { CACHE, CLUSTER_BINARY, inRoot } from '../paths.ts'
import { bringUpPostgres, preparePostgres, runFolder, sweep, takeDown } from '../services/session.ts'
import type { Command } from '../step.ts'
import { cargoCounts, closingCounts, goCounts, type Counts } from './counts.ts'
import { checkSuite, commandSuite, vitestSuite } from './suite.ts'

interface Needs {
  /** Whether the component, the host and the API server have to be built first. */
  readonly needsBuilds: boolean
  /**
   * Two suites run at once, unless both share the same thing: the talk's /kubeconfig, of which there is one, or what a
   * host's end-to-end tests print. All have folders and ports of their own, and no limit of time that a busy machine
   * would break.
   */
  readonly shares?: readonly ('kubeconfig' | 'own')[]
  /** Work that takes long and loads the machine little. It begins with the builds, and the suite waits for it. */
  readonly early?: () => Promise<void>
}

export interface Suite extends Needs {
  readonly name: string
  readonly run: () => Promise<Counts>
}

/** A suite's name may have more words, which are shown with it. */
type Shown = Pick<Command, 'label' | 'log'>
type Runner = (shown: Shown) => Promise<Counts>

const suite = (words: string, needs: Needs, runner: Runner): Suite => {
  const name = words.replace(/ .*/, '')
  return { ...needs, name, run: () => runner({ label: words, log: `suite-${name}` }) }
}

/** A command whose output has the sum that `count` reads. */
const command =
  (
    count: (output: string) => Counts,
    argv: Command['argv'],
    more: Pick<Command, 'cwd' | 'env'> = {},
  ): Runner =>
  (shown) =>
    commandSuite({ ...shown, ...more, argv }, count)

const check =
  (...argv: Command['argv']): Runner =>
  (shown) =>
    checkSuite({ ...shown, argv })

/** A project of vitest.config.ts. */
const project =
  (name: string): Runner =>
  (shown) =>
    vitestSuite({ ...shown, args: ['--project', name] })

const e2e =
  (host: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Runner =>
  (shown) =>
    vitestSuite({
      ...shown,
      args: ['--config', 'test/e2e/vitest.config.ts', ...args],
      env: { K8S_FDW_TEST_HOST: host, ...env },
    })

/** The SQL extension's own tests, in a Postgres of their own. */
const sql: Runner = async (shown) => {
  await sweep()
  const run = runFolder(`sql-${process.pid}`)
  try {
    const postgres = await bringUpPostgres(run, await preparePostgres(run, 'current'), undefined, true)
    const env = { PATH: `${postgres.bin}:${process.env['PATH'] ?? ''}` }
    return await command(closingCounts, ['bash', 'sql/test/run.sh', postgres.conninfo], { env })(shown)
  } finally {
    await takeDown(run)
  }
}

const node = (path: string, ...args: readonly string[]): Command['argv'] => [
  process.execPath,
  inRoot(path),
  ...args,
]
const TSC = node('node_modules/typescript/bin/tsc')
const ESLINT = node('node_modules/eslint/bin/eslint.js', '.')
/** Manifests and generated code are not ours to lay out. */
const SOURCES = '**/*.{ts,js,mjs}'
const PRETTIER = node('node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', SOURCES)
const FUZZ = node('test/fuzz/main.ts', '--seed', '1', '--objects', '75', '--seconds', '300')
const HOST = { cwd: inRoot('test/host'), env: { CARGO_TARGET_DIR: `${CACHE}/host-test` } }
/** With the build's settings and in its folder, so that little is compiled again; the crate that needs a Postgres has no test. */
const CRATES = ['--release', '--locked', '--workspace', '--no-fail-fast']
const LIBRARY = { cwd: inRoot('host'), env: { CARGO_TARGET_DIR: `${CACHE}/host` } }
const CLUSTER = { env: { CLUSTER_BINARY } }

const prepareImage = (): Promise<void> =>
  process.env['K8S_FDW_NO_ENGINE'] === undefined ? buildDebian() : Promise.resolve()

const clippy: Runner = (shown) => {
  const argv = ['bash', 'host/build.sh', pgConfigPath(), `${CACHE}/host`] as const
  return checkSuite({ ...shown, argv, env: { CLIPPY: '1' } })
}

const ALONE: Needs = { needsBuilds: false }
const BUILT: Needs = { needsBuilds: true }
const TALK = ['talk/talk.test.ts']

export const SUITES: readonly Suite[] = [
  suite('types', ALONE, check(...TSC)),
  suite('lint', ALONE, check(...ESLINT)),
  suite('format', ALONE, check(...PRETTIER)),
  suite('unit', ALONE, project('unit')),
  suite('docs', ALONE, project('docs')),
  suite('site', ALONE, project('site')),
  suite('files (linters of what is not TypeScript)', ALONE, project('files')),
  // The longest come first, so that the short ones fill up what is left at the end.
  suite('e2e', { ...BUILT, shares: ['kubeconfig'] }, e2e('current')),
  suite(
    "own (e2e on the extension's own library)",
    { ...BUILT, shares: ['own'] },
    e2e('own', [], { K8S_FDW_TEST_LINK: 'off' }),
  ),
  suite('contract', BUILT, project('contract')),
  suite('cluster (go test)', BUILT, command(goCounts, ['sh', 'test/cluster/check.sh', '-json'], CLUSTER)),
  suite('image (built, and its containers run)', { ...BUILT, early: prepareImage }, project('image')),
  suite('sql', BUILT, sql),
  suite("engine (the component's C, with sanitizers)", BUILT, project('engine')),
  suite('reproducible (the release, in two folders)', BUILT, project('release')),
  suite('fuzz (JSONPath against client-go)', BUILT, command(closingCounts, FUZZ)),
  suite('glue', BUILT, check('bash', 'component/bindings/generate.sh', '--check')),
  suite(
    "library (its crates' cargo test)",
    BUILT,
    command(cargoCounts, ['cargo', 'test', ...CRATES], LIBRARY),
  ),
  suite('clippy (the library, with its tests)', BUILT, clippy),
  suite(
    "legacy (the talk on the older framework's host)",
    { ...BUILT, shares: ['kubeconfig'] },
    e2e('legacy', TALK),
  ),
  suite(
    "talk (on the extension's own library)",
    { ...BUILT, shares: ['kubeconfig', 'own'] },
    e2e('own', TALK),
  ),
  suite('host (cargo test)', BUILT, command(cargoCounts, ['cargo', 'test', '--locked'], HOST)),
]
