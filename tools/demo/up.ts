// `make demo`: builds, starts, seeds, plays the talk, says how to go on. `make down` stops it, also after a failure.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildAll } from '../build/parts.ts'
import { seed, startCluster } from '../services/cluster.ts'
import type { Postgres } from '../services/postgres.ts'
import {
  bringUpPostgres,
  clusterFolder,
  lendKubeconfig,
  preparePostgres,
  runFolder,
  takeDown,
} from '../services/session.ts'
import { elapsed, say, StepFailed, timed } from '../step.ts'
import { TALK, talkSql } from './talk.ts'

const run = runFolder('demo')

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
  if (existsSync(run.path)) await timed('stopping the demo that was there', () => takeDown(run))
  const [cluster, copy] = await Promise.all([
    timed('starting the API server', () => startCluster(clusterFolder(run), false)),
    timed('preparing a private copy of Postgres', () => preparePostgres(run, 'own')),
  ])
  const postgres = await timed('starting Postgres', () => bringUpPostgres(run, copy, undefined, false))
  await timed("creating the talk's objects", () => seed(cluster.kubeconfig, '--set', 'talk'))
  const lent = lendKubeconfig(run, cluster.kubeconfig)
  if (lent.whyNot !== undefined)
    say(`${lent.whyNot}, so the path in CREATE SERVER is replaced by ${lent.path}`)
  play(postgres, 'CREATE EXTENSION k8s_fdw;', '-e')
  await timed('compiling the component, which a Postgres does once', () => {
    play(postgres, compile(lent.path), '-q', '-o', '/dev/null')
  })
  for (const { file, title } of TALK) {
    say(`${title} (test/e2e/talk/${file}.sql)\n`)
    play(postgres, `\\set QUIET on\n\\timing on\n\\set QUIET off\n${talkSql(file, lent.path)}`, '-e')
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
