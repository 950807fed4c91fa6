// The list of suites, each with how it is run and counted.
import { buildDebian } from '../build/parts.ts'
import { CACHE, CLUSTER_BINARY, inRoot } from '../paths.ts'
import { bringUpPostgres, preparePostgres, runFolder, sweep, takeDown } from '../services/session.ts'
import { step } from '../step.ts'
import { add, cargoCounts, closingCounts, goCounts, type Counts } from './counts.ts'
import { checkSuite, commandSuite, vitestSuite } from './suite.ts'

export interface Suite {
  readonly name: string
  /** Whether the component, the host and the API server have to be built first. */
  readonly needsBuilds: boolean
  /** What takes long and loads the machine little: begun with the builds, and waited for by the suite. */
  readonly early?: () => Promise<void>
  readonly run: () => Promise<Counts>
}

const nodeTool = (path: string, ...args: readonly string[]): [string, ...string[]] => [
  process.execPath,
  inRoot('node_modules', path),
  ...args,
]

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
  return add(types, await vitestSuite({ label: 'docs', log: 'docs', args: ['--project', 'docs'] }))
}

const e2e = (label: string, log: string, host: string, ...args: readonly string[]): Promise<Counts> =>
  vitestSuite({
    label,
    log,
    args: ['--config', 'test/e2e/vitest.config.ts', ...args],
    env: { K8S_FDW_TEST_HOST: host },
  })

export const SUITES: readonly Suite[] = [
  { name: 'types', needsBuilds: false, run: () => checkSuite('types', nodeTool('typescript/bin/tsc')) },
  { name: 'lint', needsBuilds: false, run: () => checkSuite('lint', nodeTool('eslint/bin/eslint.js', '.')) },
  {
    name: 'format',
    needsBuilds: false,
    run: () =>
      checkSuite('format', nodeTool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', SOURCES)),
  },
  {
    name: 'unit',
    needsBuilds: false,
    run: () => vitestSuite({ label: 'unit', log: 'unit', args: ['--project', 'unit'] }),
  },
  { name: 'docs', needsBuilds: false, run: docsSuite },
  {
    name: 'files',
    needsBuilds: false,
    run: () =>
      commandSuite(
        {
          label: 'files (linters of what is not TypeScript)',
          log: 'files',
          argv: [process.execPath, 'tools/lint/main.ts'],
        },
        closingCounts,
      ),
  },
  {
    name: 'engine',
    needsBuilds: true,
    run: () => vitestSuite({ label: "the engine's JSON", log: 'engine', args: ['--project', 'engine'] }),
  },
  {
    name: 'glue',
    needsBuilds: true,
    run: () => checkSuite('glue', ['bash', 'component/bindings/generate.sh', '--check']),
  },
  {
    name: 'reproducible',
    needsBuilds: true,
    run: () =>
      vitestSuite({
        label: 'reproducible (the release, in two folders)',
        log: 'release',
        args: ['--project', 'release'],
      }),
  },
  {
    name: 'contract',
    needsBuilds: true,
    run: () => vitestSuite({ label: 'contract', log: 'contract', args: ['--project', 'contract'] }),
  },
  {
    name: 'host',
    needsBuilds: true,
    run: () =>
      commandSuite(
        {
          label: 'host (cargo test)',
          log: 'host-test',
          argv: ['cargo', 'test', '--locked'],
          cwd: inRoot('test/host'),
          env: { CARGO_TARGET_DIR: `${CACHE}/host-test` },
        },
        cargoCounts,
      ),
  },
  {
    name: 'fuzz',
    needsBuilds: true,
    run: () =>
      commandSuite(
        {
          label: 'fuzz (JSONPath against client-go)',
          log: 'fuzz',
          argv: [process.execPath, 'test/fuzz/main.ts', '--seed', '1', '--objects', '75', '--seconds', '300'],
        },
        closingCounts,
      ),
  },
  {
    name: 'cluster',
    needsBuilds: true,
    run: () =>
      commandSuite(
        {
          label: 'cluster (go test)',
          log: 'cluster-test',
          argv: ['sh', 'test/cluster/check.sh', '-json'],
          env: { CLUSTER_BINARY },
        },
        goCounts,
      ),
  },
  { name: 'sql', needsBuilds: true, run: sqlSuite },
  { name: 'e2e', needsBuilds: true, run: () => e2e('e2e', 'e2e', 'current') },
  {
    name: 'image',
    needsBuilds: true,
    early: () => (process.env['K8S_FDW_NO_ENGINE'] === undefined ? buildDebian() : Promise.resolve()),
    run: () =>
      vitestSuite({
        label: 'image (built, and its containers run)',
        log: 'image',
        args: ['--project', 'image'],
      }),
  },
  {
    name: 'legacy',
    needsBuilds: true,
    run: () =>
      e2e("e2e, the talk on the older framework's host", 'e2e-legacy', 'legacy', 'talk/talk.test.ts'),
  },
]
