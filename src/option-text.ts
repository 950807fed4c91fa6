// One option's text as the host hands it over.
// Knows no option by name.
import { FdwError } from './errors.ts'
import type { Host, OptionsType } from './host.ts'

/** An option's text without white space around it; null where it is absent or empty. */
export function optionText(host: Host, type: OptionsType, name: string): string | null {
  const text = host.option(type, name)
  const trimmed = text === null ? '' : text.trim()
  return trimmed === '' ? null : trimmed
}

/** The same for a server's option that must not count as absent where it is empty. @throws {FdwError} option. */
export function filledOption(host: Host, name: string): string | null {
  const text = optionText(host, 'server', name)
  if (text !== null || host.option('server', name) === null) return text
  throw new FdwError(
    'option',
    `option ${name} is empty`,
    `give it a value, or drop it: ALTER SERVER … OPTIONS (DROP ${name})`,
  )
}
