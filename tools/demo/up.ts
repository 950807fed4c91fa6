// `make demo`: builds, starts, seeds, plays the talk, and says how to go on. What still runs after a failure must be
// something that `make down` stops.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fingerprint, isFresh, remember } from '../build/cache.ts'
import { buildAll, libraryFile, pgConfigPath } from '../build/parts.ts'
import { COMPONENT } from '../paths.ts'
import { runningCluster, seed, type Cluster } from '../services/cluster.ts'
import { runningPostgres, type Postgres } from '../services/postgres.ts'
import {
  bringUpCluster,
  bringUpPostgres,
  clusterFolder,
  lendKubeconfig,
  postgresFolder,
  preparePostgres,
  runFolder,
  type RunFolder,
} from '../services/session.ts'
import { elapsed, say, StepFailed, timed } from '../step.ts'
import { TALK, talkSql } from './talk.ts'

const run: RunFolder = runFolder('demo')

/** What is built now, to be compared with what the running Postgres has in it. */
const builtNow = (): string => fingerprint(['sql', COMPONENT, libraryFile()], [pgConfigPath()])

interface Demo {
  readonly cluster: Cluster
  readonly postgres: Postgres
  /** Whether the Postgres may still have the extension that an earlier demo made of other files. */
  readonly renewed: boolean
}

const startBoth = async (): Promise<Demo> => {
  const oldCluster = runningCluster(clusterFolder(run))
  const oldPostgres = runningPostgres(postgresFolder(run))
  if (oldCluster !== undefined && oldPostgres !== undefined && isFresh('demo', builtNow(), [])) {
    say('the API server and Postgres are running already')
    return { cluster: oldCluster, postgres: oldPostgres, renewed: false }
  }
  const [cluster, copy] = await Promise.all([
    oldCluster ?? timed('starting the API server', () => bringUpCluster(run, false)),
    timed('preparing a private copy of Postgres', () => preparePostgres(run, 'own')),
  ])
  const postgres = await timed('starting Postgres', () => bringUpPostgres(run, copy, undefined, false))
  remember('demo', builtNow())
  return { cluster, postgres, renewed: true }
}

/** The server of an earlier demo leads to an API server that is gone. */
const reset = ({ renewed }: Demo): string =>
  [
    'SET client_min_messages = warning;',
    ...(renewed ? ['DROP EXTENSION IF EXISTS k8s_fdw CASCADE;'] : []),
    'CREATE EXTENSION IF NOT EXISTS k8s_fdw;',
    'DROP SERVER IF EXISTS kind CASCADE;',
  ].join('\n')

/** Asks the cluster through a server that does not stay, so that the talk's first query does not wait for the compiler. */
const compile = (kubeconfig: string): string => `SET client_min_messages = warning;
BEGIN;
CREATE SERVER compile FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '${kubeconfig.replaceAll("'", "''")}');
CREATE FOREIGN TABLE compile (git_version text) SERVER compile OPTIONS (object 'version');
SELECT git_version FROM compile;
ROLLBACK;`

const play = ({ bin, conninfo }: Postgres, sql: string, ...args: readonly string[]): void => {
  const psql = spawnSync(join(bin, 'psql'), ['-X', '-v', 'ON_ERROR_STOP=1', ...args, '-d', conninfo], {
    input: sql,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, PGCLIENTENCODING: 'UTF8', PAGER: '' },
  })
  if (psql.status !== 0) throw new StepFailed('psql')
}

const begun = Date.now()
try {
  await buildAll(['own'])
  const demo = await startBoth()
  const { cluster, postgres } = demo
  await timed("creating the talk's objects", () => seed(cluster.kubeconfig, '--set', 'talk'))
  const lent = lendKubeconfig(run, cluster.kubeconfig)
  if (lent.whyNot !== undefined) {
    say(`${lent.whyNot}, so the path in CREATE SERVER is replaced by ${lent.path}`)
  }
  say('CREATE EXTENSION k8s_fdw;')
  play(postgres, reset(demo), '-q')
  if (demo.renewed) {
    await timed('compiling the component, which a Postgres does once', () => {
      play(postgres, compile(lent.path), '-q', '-o', '/dev/null')
    })
  }
  for (const { file, title } of TALK) {
    say(`${title} (test/e2e/talk/${file}.sql)`)
    process.stdout.write('\n')
    play(postgres, `\\set QUIET on\n\\timing on\n\\set QUIET off\n${talkSql(file, lent.path)}`, '-e')
    process.stdout.write('\n')
  }
  say(`ready after ${elapsed(begun)}. Play on:`)
  process.stdout.write(`\n    ${join(postgres.bin, 'psql')} '${postgres.conninfo}'\n\n`)
  process.stdout.write(`    or from any program: ${postgres.url}\n`)
  process.stdout.write(`    kubectl --kubeconfig ${cluster.kubeconfig} get pods -A\n\n`)
  say('stop it all with: make down')
} catch (error) {
  if (!(error instanceof StepFailed)) say(error instanceof Error ? error.message : String(error))
  say('the demo did not come up. What runs of it, `make down` stops.')
  process.exitCode = 1
}
