// Starts and stops a private Postgres server in a folder, and says how to connect to it. It listens on loopback only,
// and the system's own cluster is never touched.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import getPort from 'get-port'
import { own, ownFolder, runAs, type Owner } from './owner.ts'
import type { PostgresCopy } from './postgres-copy.ts'
import { start, stop } from './processes.ts'
import { record } from './record.ts'

const READY_SECONDS = 60

export interface Postgres {
  readonly bin: string
  readonly conninfo: string
  readonly url: string
  readonly log: string
}

const files = (folder: string) => ({
  data: join(folder, 'data'),
  pidFile: join(folder, 'postgres.pid'),
  password: join(folder, 'password'),
  /** Has the name of the socket's folder. */
  socket: join(folder, 'socket'),
  log: join(folder, 'postgres.log'),
})

/** Makes the data folder unless there is one. */
export const initPostgres = (copy: PostgresCopy, folder: string, owner: Owner): void => {
  const { data, password } = files(folder)
  if (existsSync(join(data, 'PG_VERSION'))) return
  rmSync(data, { recursive: true, force: true })
  ownFolder(owner, data)
  writeFileSync(password, `${randomBytes(12).toString('hex')}\n`, { mode: 0o600 })
  own(owner, password)
  runAs(
    owner,
    [
      join(copy.bin, 'initdb'),
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${password}`,
      '--auth-local=trust',
      '--auth-host=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
    folder,
  )
}

const settings = (port: number, socketFolder: string): Record<string, string> => ({
  port: String(port),
  listen_addresses: '127.0.0.1',
  unix_socket_directories: socketFolder,
  timezone: 'UTC',
  fsync: 'off',
  jit: 'off',
  log_statement: 'none',
  // A test reads what logical replication would send.
  wal_level: 'logical',
  // An error would otherwise log the statement that caused it, a token in its OPTIONS with it.
  log_min_error_statement: 'panic',
})

/** Starts it with `env`, which is its whole environment beside PATH and LANG, and `more` settings. A tied one ends with this process. */
export const startPostgres = async (
  copy: PostgresCopy,
  folder: string,
  owner: Owner,
  env: Record<string, string>,
  tied: boolean,
  more: Readonly<Record<string, string>> = {},
): Promise<Postgres> => {
  const { data, pidFile, password, socket, log } = files(folder)
  await stopPostgres(folder)
  // A server that was killed leaves this behind; stopPostgres has made sure that ours is gone.
  rmSync(join(data, 'postmaster.pid'), { force: true })
  const port = await getPort({ host: '127.0.0.1' })
  // It is private to the server's user, because whoever can enter it is let in without a password. Its name is short,
  // because that of a socket in it can have 107 bytes.
  const socketFolder = ownFolder(owner, mkdtempSync('/tmp/k8s_fdw-'))
  writeFileSync(socket, socketFolder)
  const conninfo = `host=${socketFolder} port=${port} user=postgres dbname=postgres`
  const options = Object.entries({ ...settings(port, socketFolder), ...more }).map(
    ([name, value]) => `--${name}=${value}`,
  )
  const postgres: Postgres = {
    bin: copy.bin,
    conninfo,
    url: `postgres://postgres:${readFileSync(password, 'utf8').trim()}@127.0.0.1:${port}/postgres`,
    log,
  }
  return start(
    {
      name: 'Postgres',
      argv: [...owner.prefix(tied), join(copy.bin, 'postgres'), '-D', data, ...options],
      env: {
        PATH: process.env['PATH'] ?? '',
        LANG: 'C.UTF-8',
        NO_PROXY: '127.0.0.1',
        // The host keeps components that it fetched there, and otherwise in its user's home, which outlasts the server.
        XDG_CACHE_HOME: ownFolder(owner, join(folder, 'cache')),
        ...env,
      },
      cwd: data,
      log,
      pidFile,
    },
    READY_SECONDS,
    () => (spawnSync(join(copy.bin, 'pg_isready'), ['-d', conninfo]).status === 0 ? postgres : undefined),
  )
}

/** SIGINT: Postgres' fast shutdown. */
export const stopPostgres = async (folder: string): Promise<void> => {
  const { pidFile, socket, log } = files(folder)
  await stop(pidFile, 'SIGINT')
  if (!existsSync(socket)) return
  if (existsSync(log)) record(readFileSync(log, 'utf8'))
  rmSync(readFileSync(socket, 'utf8'), { recursive: true, force: true })
  rmSync(socket)
}
