// The list of suites, each with how it is run and counted.
import { buildDebian } from '../build/parts.ts'
import { CACHE, CLUSTER_BINARY, inRoot } from '../paths.ts'
import { bringUpPostgres, preparePostgres, runFolder, sweep, takeDown } from '../services/session.ts'
import { step, type Command } from '../step.ts'
import { add, cargoCounts, closingCounts, goCounts, type Counts } from './counts.ts'
import { checkSuite, commandSuite, vitestSuite } from './suite.ts'

export interface Suite {
  readonly name: string
  /** Whether the component, the host and the API server have to be built first. */
  readonly needsBuilds: boolean
  /**
   * Two suites run at once, unless both share the same thing. All have folders and ports of their own, and no limit of
   * time that a busy machine would break.
   */
  readonly shares?: 'postgres'
  /** Work that takes long and loads the machine little. It begins with the builds, and the suite waits for it. */
  readonly early?: () => Promise<void>
  readonly run: () => Promise<Counts>
}

const nodeTool = (path: string, ...args: readonly string[]): [string, ...string[]] => [
  process.execPath,
  inRoot('node_modules', path),
  ...args,
]

type Run = Suite['run']

/** A project of vitest.config.ts. */
const project =
  (name: string, label = name, log = name): Run =>
  () =>
    vitestSuite({ label, log, args: ['--project', name] })

const command =
  (
    count: (output: string) => Counts,
    label: string,
    log: string,
    argv: Command['argv'],
    more: Partial<Command> = {},
  ): Run =>
  () =>
    commandSuite({ label, log, argv, ...more }, count)

const check =
  (label: string, ...argv: Command['argv']): Run =>
  () =>
    checkSuite(label, argv)

const e2e =
  (label: string, log: string, host: string, ...args: readonly string[]): Run =>
  () =>
    vitestSuite({
      label,
      log,
      args: ['--config', 'test/e2e/vitest.config.ts', ...args],
      env: { K8S_FDW_TEST_HOST: host },
    })

/** Manifests and generated code are not ours to lay out. */
const SOURCES = '**/*.{ts,js,mjs}'

/** The SQL extension's own tests, in a Postgres of their own. */
const sqlSuite = async (): Promise<Counts> => {
  await sweep()
  const run = runFolder(`sql-${process.pid}`)
  try {
    const postgres = await bringUpPostgres(run, await preparePostgres(run, 'current'), undefined, true)
    return await commandSuite(
      {
        label: 'sql',
        log: 'sql',
        argv: ['bash', 'sql/test/run.sh', postgres.conninfo],
        env: { PATH: `${postgres.bin}:${process.env['PATH'] ?? ''}` },
      },
      closingCounts,
    )
  } finally {
    await takeDown(run)
  }
}

/** The site's configuration has types of packages that only this suite installs. */
const docsSuite = async (): Promise<Counts> => {
  await step({
    label: 'setting up the site',
    log: 'site-setup',
    argv: ['bash', 'tools/setup/with.sh', 'node', 'site'],
  })
  const types = await checkSuite('types of the site', nodeTool('typescript/bin/tsc', '-p', 'tools/site'))
  return add(types, await project('docs')())
}

const node = (...argv: readonly string[]): Command['argv'] => [process.execPath, ...argv]
const FORMAT = ['--check', '--log-level', 'warn', SOURCES]
const FUZZ = ['--seed', '1', '--objects', '75', '--seconds', '300']
const HOST = { cwd: inRoot('test/host'), env: { CARGO_TARGET_DIR: `${CACHE}/host-test` } }
const CLUSTER = { env: { CLUSTER_BINARY } }
const OLDER = "e2e, the talk on the older framework's host"

const prepareImage = (): Promise<void> =>
  process.env['K8S_FDW_NO_ENGINE'] === undefined ? buildDebian() : Promise.resolve()

const alone = (name: string, run: Run): Suite => ({ name, needsBuilds: false, run })
const afterBuilds = (name: string, run: Run): Suite => ({ name, needsBuilds: true, run })
/** With our own Postgres, and what there is one of for it: /kubeconfig, and the log of its installation. */
const withPostgres = (name: string, run: Run): Suite => ({ ...afterBuilds(name, run), shares: 'postgres' })

export const SUITES: readonly Suite[] = [
  alone('types', check('types', ...nodeTool('typescript/bin/tsc'))),
  alone('lint', check('lint', ...nodeTool('eslint/bin/eslint.js', '.'))),
  alone('format', check('format', ...nodeTool('prettier/bin/prettier.cjs', ...FORMAT))),
  alone('unit', project('unit')),
  alone('docs', docsSuite),
  alone(
    'files',
    command(closingCounts, 'files (linters of what is not TypeScript)', 'files', node('tools/lint/main.ts')),
  ),
  // The longest come first, so that the short ones fill up what is left at the end.
  withPostgres('e2e', e2e('e2e', 'e2e', 'current')),
  afterBuilds('contract', project('contract')),
  afterBuilds(
    'cluster',
    command(goCounts, 'cluster (go test)', 'cluster-test', ['sh', 'test/cluster/check.sh', '-json'], CLUSTER),
  ),
  { ...afterBuilds('image', project('image', 'image (built, and its containers run)')), early: prepareImage },
  withPostgres('sql', sqlSuite),
  afterBuilds('engine', project('engine', "the engine's JSON")),
  afterBuilds('reproducible', project('release', 'reproducible (the release, in two folders)')),
  afterBuilds(
    'fuzz',
    command(closingCounts, 'fuzz (JSONPath against client-go)', 'fuzz', node('test/fuzz/main.ts', ...FUZZ)),
  ),
  afterBuilds('glue', check('glue', 'bash', 'component/bindings/generate.sh', '--check')),
  withPostgres('legacy', e2e(OLDER, 'e2e-legacy', 'legacy', 'talk/talk.test.ts')),
  afterBuilds(
    'host',
    command(cargoCounts, 'host (cargo test)', 'host-test', ['cargo', 'test', '--locked'], HOST),
  ),
]
