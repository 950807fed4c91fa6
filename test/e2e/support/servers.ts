// The suite's servers: a cluster and a Postgres of its own, or those that the environment names.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { askPgConfig, pgConfigPath } from '../../../tools/build/parts.ts'
import { COMPONENT, inRoot, LOGS, type Variant } from '../../../tools/paths.ts'
import { seed, startCluster } from '../../../tools/services/cluster.ts'
import { psql } from '../../support/psql.ts'
import {
  clusterFolder,
  bringUpPostgres,
  lendKubeconfig,
  preparePostgres,
  runFolder,
  takeDown,
  type RunFolder,
} from '../../../tools/services/session.ts'
import { SECRETS, TRANSCRIPT } from '../../../tools/services/record.ts'
import { say } from '../../../tools/step.ts'
import { sweep } from '../../support/sweep.ts'
import { closeWith } from './closing.ts'
import { installK8sFdw } from './install.ts'
import { readAccess } from './kubeconfig.ts'
import { leaksOfRun } from './leaks.ts'
import type { Provided } from './provided.ts'

const DATABASE = 'k8s_fdw_e2e'

const fromEnvironment = (name: string): string | undefined => {
  const value = process.env[name]
  return value === '' ? undefined : value
}

const chosenHost = (): Variant => {
  const host = fromEnvironment('K8S_FDW_TEST_HOST') ?? 'current'
  if (host !== 'own' && host !== 'current' && host !== 'legacy')
    throw new Error(`K8S_FDW_TEST_HOST is ${host}: own, current or legacy`)
  return host
}

interface Cluster {
  readonly kubeconfig: string
  readonly reader: string | undefined
  readonly ca: string | undefined
}

const ownCluster = async (run: RunFolder): Promise<Cluster> => {
  // kube-apiserver's, such as '--etcd-compaction-interval=2s --watch-cache=false'.
  const flags = fromEnvironment('K8S_FDW_TEST_API_SERVER_FLAGS')?.split(' ') ?? []
  const cluster = await startCluster(clusterFolder(run), true, { flags })
  for (const set of ['talk', 'widgets', 'zoo']) await seed(cluster.kubeconfig, '--set', set)
  await seed(cluster.kubeconfig, '--set', 'many', '--count', '120', '--namespace', 'many')
  return { kubeconfig: cluster.kubeconfig, reader: cluster.readerKubeconfig, ca: cluster.ca }
}

interface Server {
  readonly psql: string
  readonly conninfo: string
  readonly log: string | undefined
}

const ownPostgres = async (run: RunFolder, host: Variant, ca: string | undefined): Promise<Server> => {
  const copy = await preparePostgres(run, host)
  if (ca === undefined) {
    ca = join(run.path, 'foreign-ca.crt')
    writeFileSync(ca, readAccess(fromEnvironment('K8S_FDW_TEST_KUBECONFIG') ?? '').ca)
  }
  const postgres = await bringUpPostgres(run, copy, ca, true)
  return { psql: join(postgres.bin, 'psql'), conninfo: postgres.conninfo, log: postgres.log }
}

const administer = async (server: Server, sql: string): Promise<void> => {
  const result = await psql({ ...server, args: ['-q', '-v', 'ON_ERROR_STOP=1'], sql })
  if (result.code !== 0) throw new Error(`${sql}\n${result.stderr}`)
}

const inDatabase = (conninfo: string): string =>
  conninfo.includes('://')
    ? Object.assign(new URL(conninfo), { pathname: `/${DATABASE}` }).toString()
    : `${conninfo} dbname=${DATABASE}`

export default async (project: TestProject): Promise<() => Promise<void>> => {
  await sweep()
  const host = chosenHost()
  const run = runFolder(`e2e-${process.pid}`)
  const foreignPostgres = fromEnvironment('K8S_FDW_TEST_POSTGRES')
  const foreignKubeconfig = fromEnvironment('K8S_FDW_TEST_KUBECONFIG')
  let server: Server | undefined
  let given: Provided | undefined
  const tearDown = async (): Promise<void> => {
    const searched = given
    if (searched !== undefined) await closeWith(() => leaksOfRun(searched))
    rmSync(process.env[SECRETS] ?? '', { force: true })
    if (server !== undefined && foreignPostgres !== undefined) {
      await administer(server, `DROP DATABASE IF EXISTS ${DATABASE};`)
    }
    if (server?.log !== undefined) copyFileSync(server.log, join(LOGS, `e2e-postgres-${host}.log`))
    await takeDown(run)
  }
  try {
    mkdirSync(run.path, { recursive: true })
    mkdirSync(LOGS, { recursive: true })
    rmSync(process.env[TRANSCRIPT] ?? '', { force: true })
    writeFileSync(process.env[SECRETS] ?? '', '', { mode: 0o600 })
    const cluster: Cluster =
      foreignKubeconfig === undefined
        ? await ownCluster(run)
        : { kubeconfig: foreignKubeconfig, reader: undefined, ca: undefined }
    server =
      foreignPostgres === undefined
        ? await ownPostgres(run, host, cluster.ca)
        : {
            psql: join(askPgConfig(pgConfigPath(), '--bindir'), 'psql'),
            conninfo: foreignPostgres,
            log: undefined,
          }
    await administer(server, `DROP DATABASE IF EXISTS ${DATABASE};`)
    await administer(server, `CREATE DATABASE ${DATABASE};`)
    const packageUrl =
      fromEnvironment('K8S_FDW_TEST_PACKAGE_URL') ?? `file://${join(run.path, 'k8s_fdw.wasm')}`
    copyFileSync(COMPONENT, join(run.path, 'k8s_fdw.wasm'))
    const conninfo = inDatabase(server.conninfo)
    await installK8sFdw({ ...server, conninfo }, packageUrl)

    const access = readAccess(cluster.kubeconfig)
    const lent =
      foreignPostgres === undefined
        ? lendKubeconfig(run, cluster.kubeconfig, fromEnvironment('K8S_FDW_TEST_LINK') !== 'off')
        : {
            path: readFileSync(cluster.kubeconfig, 'utf8'),
            whyNot: 'another machine may not have the file',
          }
    if (lent.whyNot !== undefined) say(`the talk's '/kubeconfig' is replaced: ${lent.whyNot}`)
    const transcript = process.env[TRANSCRIPT] ?? ''
    const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { version: string }
    given = {
      host,
      psql: server.psql,
      conninfo,
      postgresLog: server.log,
      transcript,
      apiServer: access.apiServer,
      ca: access.ca,
      trustedCa: foreignPostgres === undefined ? join(run.path, 'ca.crt') : undefined,
      token: access.token,
      readerToken: cluster.reader === undefined ? undefined : readAccess(cluster.reader).token,
      kubeconfig: lent.path,
      kubeconfigWhyNot: lent.whyNot,
      packageUrl,
      packageVersion: manifest.version,
    }
    project.provide('k8s', given)
  } catch (error) {
    await tearDown()
    throw error
  }
  return tearDown
}
