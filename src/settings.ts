// The session's settings, `SET k8s_fdw.NAME = …`, as far as the scan logic reads them.
// Knows no option of a server or table.
import { FdwError } from './errors.ts'
import type { Host } from './host.ts'

const ON = ['on', 'true', 'yes', '1']
const OFF = ['off', 'false', 'no', '0']

/** A setting that is on or off; `fallback` where the session has none. @throws {FdwError} option. */
export function switchSetting(host: Host, name: string, fallback: boolean): boolean {
  const text = host.setting(`k8s_fdw.${name}`)?.trim().toLowerCase() ?? ''
  if (text === '') return fallback
  if (ON.includes(text)) return true
  if (OFF.includes(text)) return false
  throw new FdwError(
    'option',
    `the setting k8s_fdw.${name} is ${JSON.stringify(text)}`,
    `it takes on or off: SET k8s_fdw.${name} = on`,
  )
}
