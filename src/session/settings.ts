// The session's settings, `SET k8s_fdw.NAME = …`, over the server's options.
// Reads none where the server does not want it: for the look-up the host assigns a transaction id.
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

/** A setting that is on or off; `fallback` where the session has none. */
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

/** @throws {FdwError} option. */
export function readSettings(host: SessionSettings, server: ServerOptions): Settings {
  const { sessionSettings, trace } = server
  if (!sessionSettings) return { trace, pushdown: true }
  return { trace: switchSetting(host, 'trace', trace), pushdown: switchSetting(host, 'pushdown', true) }
}
