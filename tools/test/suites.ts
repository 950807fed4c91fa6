// The list of suites, each with its command and with what counts its tests.
import { CACHE, inRoot } from '../paths.ts'
import type { Command } from '../step.ts'
import { cargoCounts, closingCounts, goCounts, vitestCounts } from './counts.ts'
import { reportFile, type Suite } from './suite.ts'

const node = (path: string, ...args: readonly string[]): Command['argv'] => [
  process.execPath,
  inRoot(path),
  ...args,
]

const vitest = (name: string, ...args: readonly string[]): Suite => {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile(name)}`]
  return {
    name,
    argv: node('node_modules/vitest/vitest.mjs', 'run', ...args, ...reporters),
    count: vitestCounts,
  }
}

/** A project of vitest.config.ts. */
const project = (name: string): Suite => vitest(name, '--project', name)

const e2e = (
  name: string,
  host: string,
  shares: Suite['shares'] = [],
  files: readonly string[] = [],
): Suite => ({
  ...vitest(name, '--config', 'test/e2e/vitest.config.ts', ...files),
  env: { K8S_FDW_TEST_HOST: host, ...(shares.includes('kubeconfig') ? {} : { K8S_FDW_TEST_LINK: 'off' }) },
  shares,
})

/** Manifests and generated code are not ours to lay out. */
const SOURCES = '**/*.{ts,js,mjs}'
/** With the build's settings and in its folder, so that little is compiled again; the crate that needs a Postgres has no test. */
const CRATES = ['--release', '--locked', '--workspace', '--no-fail-fast']
const TALK = ['talk/talk.test.ts']

/**
 * Suites that need nothing built. Two suites run at once; all have folders and ports of their own, and no limit of time
 * that a busy machine would break.
 */
export const PLAIN: readonly Suite[] = [
  { name: 'types', argv: node('node_modules/typescript/bin/tsc') },
  { name: 'lint', argv: node('node_modules/eslint/bin/eslint.js', '.') },
  {
    name: 'format',
    argv: node('node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', SOURCES),
  },
  project('unit'),
  project('docs'),
  project('site'),
  { ...project('files'), about: 'linters of what is not TypeScript' },
]

/**
 * Those for which the component, the host and the API server are built first. The longest come first, so that the short
 * ones fill up what is left at the end.
 */
export const BUILT: readonly Suite[] = [
  e2e('e2e', 'current', ['kubeconfig']),
  { ...e2e('own', 'own', ['own']), about: "e2e on the extension's own library" },
  project('contract'),
  {
    name: 'cluster',
    about: 'go test',
    argv: ['sh', 'test/cluster/check.sh', '-json'],
    count: goCounts,
  },
  { ...project('image'), about: 'built, and its containers run' },
  { name: 'sql', argv: node('test/sql/main.ts'), count: closingCounts },
  { ...project('engine'), about: "the component's C, with sanitizers" },
  { ...vitest('reproducible', '--project', 'release'), about: 'the release, in two folders' },
  {
    name: 'fuzz',
    about: 'JSONPath against client-go',
    argv: node('test/fuzz/main.ts', '--seed', '1', '--objects', '75', '--seconds', '300'),
    count: closingCounts,
  },
  { name: 'glue', argv: ['bash', 'component/bindings/generate.sh', '--check'] },
  {
    name: 'library',
    about: "its crates' cargo test",
    argv: ['cargo', 'test', ...CRATES],
    cwd: inRoot('host'),
    env: { CARGO_TARGET_DIR: `${CACHE}/host` },
    count: cargoCounts,
  },
  {
    name: 'clippy',
    about: 'the library, with its tests',
    argv: ['sh', '-c', 'bash host/build.sh "$PG_CONFIG" "$OUT"'],
    env: { CLIPPY: '1', OUT: `${CACHE}/host` },
  },
  { ...e2e('legacy', 'legacy', ['kubeconfig'], TALK), about: "the talk on the older framework's host" },
  { ...e2e('talk', 'own', ['kubeconfig', 'own'], TALK), about: "on the extension's own library" },
  {
    name: 'host',
    about: 'cargo test',
    argv: ['cargo', 'test', '--locked'],
    cwd: inRoot('test/host'),
    env: { CARGO_TARGET_DIR: `${CACHE}/host-test` },
    count: cargoCounts,
  },
]
