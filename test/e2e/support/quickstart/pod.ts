// The pod of deploy/keep where there is no kubelet: a Postgres with k8s_fdw's own host and the rights of the service
// account, and what the container keep runs, as the cluster has it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildLibrary } from '../../../../tools/build/parts.ts'
import type { Cluster } from '../../../../tools/services/cluster.ts'
import type { Postgres } from '../../../../tools/services/postgres.ts'
import { psql } from '../../../support/psql.ts'
import { noteSecret, record } from '../../../../tools/services/record.ts'
import {
  bringUpPostgres,
  preparePostgres,
  takeDown,
  type RunFolder,
} from '../../../../tools/services/session.ts'
import { lentFolder } from '../kubeconfigs.ts'

type Kubectl = (...args: string[]) => string

export class Pod {
  /** What the kubelet mounts. */
  readonly mounted = lentFolder()
  readonly #run: RunFolder
  readonly #cluster: Cluster
  readonly #kubectl: Kubectl
  #postgres: Postgres | undefined
  #keep: ChildProcess | undefined
  #said = ''

  constructor(run: RunFolder, cluster: Cluster, kubectl: Kubectl) {
    this.#run = run
    this.#cluster = cluster
    this.#kubectl = kubectl
  }

  async start(): Promise<void> {
    await buildLibrary()
    const copy = await preparePostgres(this.#run, 'own')
    const variables = { PGSERVICEFILE: join(this.mounted.path, 'pg_service.conf') }
    this.#postgres = await bringUpPostgres(this.#run, copy, undefined, true, {}, variables)
    await this.ask('CREATE EXTENSION k8s_fdw')
  }

  /** The service account's files, and the kubeconfig that container/own/serve.sh makes. */
  giveAccount(): void {
    const token = this.#kubectl('create', 'token', 'k8s-fdw', '--namespace', 'k8s-fdw').trim()
    noteSecret(token)
    const user = { tokenFile: this.mounted.write('token', token) }
    const authority = this.mounted.write('ca.crt', readFileSync(this.#cluster.ca, 'utf8'))
    this.mounted.write(
      'kubeconfig',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'in-cluster',
        clusters: [
          {
            name: 'in-cluster',
            cluster: { server: this.#cluster.server, 'certificate-authority': authority },
          },
        ],
        contexts: [{ name: 'in-cluster', context: { cluster: 'in-cluster', user: 'in-cluster' } }],
        users: [{ name: 'in-cluster', user }],
      }),
    )
  }

  get #program(): string {
    return join(this.#postgres?.bin ?? '', 'psql')
  }

  get conninfo(): string {
    return this.#postgres?.conninfo ?? ''
  }

  async ask(sql: string): Promise<string> {
    const args = ['-q', '-At', '-v', 'ON_ERROR_STOP=1']
    const { code, stdout, stderr } = await psql({ psql: this.#program, conninfo: this.conninfo, args, sql })
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }

  /** The container keep, begun anew. */
  keep(): void {
    const name = this.#kubectl(
      'get',
      'deployment',
      'k8s-fdw',
      '--namespace',
      'k8s-fdw',
      '-o',
      'jsonpath={.spec.template.spec.volumes[?(@.name=="keep")].configMap.name}',
    )
    const sql = this.#kubectl(
      'get',
      'configmap',
      name,
      '--namespace',
      'k8s-fdw',
      '-o',
      'jsonpath={.data.keep\\.sql}',
    )
    const args = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '-d', this.conninfo]
    this.#said = ''
    this.#keep = spawn(this.#program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    for (const output of [this.#keep.stdout, this.#keep.stderr])
      output?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text
        record(text)
      })
    this.#keep.stdin?.end(sql.replace("'/kubeconfig'", `'${join(this.mounted.path, 'kubeconfig')}'`))
  }

  /** What it has said when it has ended by itself. */
  async kept(): Promise<string> {
    if (this.#keep?.exitCode === null) await once(this.#keep, 'close')
    return this.#said
  }

  get said(): string {
    return this.#said
  }

  /** What is in a Secret comes into files that Postgres' user reads. */
  mount(secret: string): void {
    const { data } = JSON.parse(
      this.#kubectl('get', 'secret', secret, '--namespace', 'k8s-fdw', '-o', 'json'),
    ) as { data: Record<string, string> }
    for (const [name, encoded] of Object.entries(data))
      this.mounted.write(name, Buffer.from(encoded, 'base64').toString())
  }

  async stop(): Promise<void> {
    this.#keep?.kill()
    await takeDown(this.#run)
    this.mounted.remove()
  }
}
