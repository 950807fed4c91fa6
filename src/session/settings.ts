// The settings of the session, `SET k8s_fdw.NAME = …`, which override the server's options. No setting may be read
// unless the server's options allow it, because the host assigns a transaction id when it reads one.
import { FdwError } from '../errors.ts'
import type { SessionSettings } from '../host.ts'
import { shown } from '../text/shown.ts'
import type { ServerOptions } from './options.ts'

export interface Settings {
  /** Whether each request is printed. */
  readonly trace: boolean
  /** Whether conditions narrow the requests. */
  readonly pushdown: boolean
}

const ON = ['on', 'true', 'yes', '1']
const OFF = ['off', 'false', 'no', '0']

/** Reads a setting that is on or off; `fallback` is the result if the session does not have it. */
function switchSetting(host: SessionSettings, name: string, fallback: boolean): boolean {
  const text = host.setting(`k8s_fdw.${name}`)?.trim().toLowerCase() ?? ''
  if (text === '') return fallback
  if (ON.includes(text)) return true
  if (OFF.includes(text)) return false
  throw new FdwError(
    'option',
    `the setting k8s_fdw.${name} is ${shown(text)}`,
    `it takes on or off: SET k8s_fdw.${name} = on`,
  )
}

/**
 * Whether a statement that writes is only tried. It is read whatever the server's options are: a user who says so must
 * be believed, and a statement that writes may have a transaction id.
 * @throws {FdwError} option.
 */
export function isDryRun(host: SessionSettings): boolean {
  return switchSetting(host, 'dry_run', false)
}

/** Reads all settings. @throws {FdwError} option. */
export function readSettings(host: SessionSettings, server: ServerOptions): Settings {
  const { sessionSettings, trace } = server
  if (!sessionSettings) return { trace, pushdown: true }
  return { trace: switchSetting(host, 'trace', trace), pushdown: switchSetting(host, 'pushdown', true) }
}
