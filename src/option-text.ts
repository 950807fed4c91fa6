// One option's text as the host hands it over.
// Knows no option by name.
import { FdwError } from './errors.ts'
import type { Host, OptionsType } from './host.ts'

/**
 * An option's text without white space around it; null where it is absent. An empty one says neither this nor that, so it
 * must not count as absent: a table with namespace '' would show all namespaces. @throws {FdwError} option.
 */
export function optionText(host: Host, type: OptionsType, name: string): string | null {
  const text = host.option(type, name)
  if (text === null) return null
  const trimmed = text.trim()
  if (trimmed !== '') return trimmed
  throw new FdwError(
    'option',
    `option ${name} is empty`,
    `give it a value, or drop it: OPTIONS (DROP ${name})`,
  )
}
