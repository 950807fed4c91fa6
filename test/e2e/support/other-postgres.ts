// Another Postgres, to which kept tables are brought, and a way to it that a test can cut. Whoever owns its tables is no
// superuser, as on Supabase.
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { psql } from '../../support/psql.ts'
import { noteSecret } from '../../../tools/services/record.ts'
import {
  bringUpPostgres,
  postgresFolder,
  preparePostgres,
  runFolder,
  takeDown,
} from '../../../tools/services/session.ts'
import { stop } from '../../../tools/services/processes.ts'
import type { PostgresCopy } from '../../../tools/services/postgres-copy.ts'
import type { Postgres } from '../../../tools/services/postgres.ts'
import { provided } from './provided.ts'

export const OWNER = 'project'
export const WRITER = 'k8s_fdw_writer'
export const DATABASE = 'project'

/** What becomes of a connection when the client sends something. */
export type Fault = 'none' | 'cut before commit' | 'cut after commit'

/** A relay of TCP connections, which counts bytes. */
export class Way {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #target = 0
  fault: Fault = 'none'
  sent = 0
  received = 0

  constructor() {
    this.#server = createServer((near) => {
      this.#relay(near)
    })
  }

  #relay(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1')
    let isDeaf = false
    const end = (): void => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      this.#sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        end()
      })
    }
    near.on('data', (bytes) => {
      this.sent += bytes.length
      const isCommit = bytes.includes('Q\0\0\0\u000bCOMMIT\0')
      if (isCommit && this.fault === 'cut before commit') {
        end()
        return
      }
      // The answer to it is lost, but that the other side has it is sure: it answers only when that is done.
      if (isCommit && this.fault === 'cut after commit') isDeaf = true
      far.write(bytes)
    })
    far.on('data', (bytes) => {
      this.received += bytes.length
      if (isDeaf) end()
      else near.write(bytes)
    })
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async open(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  leadsTo(port: number): void {
    this.#target = port
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

export class OtherPostgres {
  readonly #run = runFolder(`e2e-other-${process.pid}`)
  readonly #settings: Readonly<Record<string, string>>
  readonly way = new Way()
  readonly password = `pw-${crypto.randomUUID()}`
  #copy: PostgresCopy | undefined
  #postgres: Postgres | undefined

  constructor(settings: Readonly<Record<string, string>> = {}) {
    this.#settings = settings
  }

  async start(): Promise<void> {
    mkdirSync(this.#run.path, { recursive: true })
    this.#copy ??= await preparePostgres(this.#run, provided().host)
    this.#postgres = await bringUpPostgres(this.#run, this.#copy, undefined, true, {
      shared_preload_libraries: 'pg_stat_statements',
      ...this.#settings,
    })
    this.way.leadsTo(Number(/port=(\d+)/.exec(this.#postgres.conninfo)?.[1]))
  }

  async begin(): Promise<void> {
    noteSecret(this.password)
    await this.start()
    await this.way.open()
    await this.asSuperuser(
      `CREATE ROLE ${OWNER} LOGIN CREATEROLE; CREATE DATABASE ${DATABASE} OWNER ${OWNER};`,
      'postgres',
    )
  }

  /** As if the machine had lost its power. */
  kill(): Promise<void> {
    return stop(join(postgresFolder(this.#run), 'postgres.pid'), 'SIGKILL')
  }

  async end(): Promise<void> {
    await this.way.close()
    await takeDown(this.#run)
  }

  get psql(): string {
    return join(this.#postgres?.bin ?? '', 'psql')
  }

  /** By the socket, on which no password is asked for; without user and database. */
  get conninfo(): string {
    return this.#postgres?.conninfo.replace(' user=postgres dbname=postgres', '') ?? ''
  }

  async #ask(role: string, database: string, sql: string): Promise<string> {
    const result = await psql({
      psql: this.psql,
      conninfo: `${this.conninfo} user=${role} dbname=${database}`,
      args: ['-q', '-At', '-v', 'ON_ERROR_STOP=1', '-v', 'SHOW_CONTEXT=never'],
      sql: `SET client_min_messages = warning;\n${sql}`,
    })
    if (result.code !== 0) throw new Error(result.stderr)
    return result.stdout.trim()
  }

  ask(sql: string): Promise<string> {
    return this.#ask(OWNER, DATABASE, sql)
  }

  asWriter(sql: string): Promise<string> {
    return this.#ask(WRITER, DATABASE, sql)
  }

  asSuperuser(sql: string, database = DATABASE): Promise<string> {
    return this.#ask('postgres', database, sql)
  }

  /** What makes the foreign server here, with its user mapping. */
  get statements(): string {
    return `CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host '127.0.0.1', port '${this.way.port}', dbname '${DATABASE}', sslmode 'disable');
      CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user '${WRITER}', password '${this.password}');`
  }
}
