// One option's text as the host hands it over.
// Knows by name only the options where a token may stand, or has an error of its own.
import { FdwError } from '../errors.ts'
import type { OptionSource, OptionsType } from '../host.ts'
import { holdsToken } from '../text/shown.ts'

const MAY_HOLD_TOKEN = ['api_key', 'api_key_id', 'api_key_name', 'kubeconfig']
/**
 * An option's text without white space around it; null where it is absent. An empty one says neither this nor that, so
 * it must not count as absent: a table with namespace '' would show all namespaces.
 * @throws {FdwError} option; of a token by mistake as well.
 */
export function optionText(host: OptionSource, type: OptionsType, name: string): string | null {
  const text = host.option(type, name)
  if (text === null) return null
  const trimmed = text.trim()
  if (!MAY_HOLD_TOKEN.includes(name) && holdsToken(trimmed)) {
    throw new FdwError(
      'option',
      `option ${name} has a bearer token in it, which does not belong there`,
      'drop the option; a token goes to the server, as api_key_id (Vault), api_key_name (Vault) or api_key',
    )
  }
  if (trimmed !== '') return trimmed
  throw new FdwError(
    'option',
    `option ${name} is empty`,
    `give it a value, or drop it: OPTIONS (DROP ${name})`,
  )
}
