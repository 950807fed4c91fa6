// One option's text as the host hands it over, and as an error shows it.
// Knows by name only the options where a token may stand, or has an error of its own.
import { FdwError } from '../errors.ts'
import type { Host, OptionsType } from '../host.ts'

/** Where options are: at the host, or written down. */
export type OptionSource = Pick<Host, 'option'>

const MAY_HOLD_TOKEN = ['api_key', 'api_key_id', 'api_key_name', 'kubeconfig']
/** Characters: a token has more. */
const MOST_SHOWN = 40

/**
 * Whether a bearer token stands somewhere in the text, in the forms that are known: a JWT, OpenShift's, Google's, AWS', DigitalOcean's, k3s', Rancher's.
 * Each form begins where no word goes on, so that a long text is not read again from each of its letters.
 */
export function holdsToken(text: string): boolean {
  return /(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})/.test(
    text,
  )
}

/** Letters and digits that change places as in no word, in one piece: a token of a form that nobody can know. */
export function looksRandom(text: string): boolean {
  return /(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}/.test(text)
}

/** What was written, for an error. It may be a secret in the wrong place, and those are long. */
export function shown(text: string): string {
  return text.length <= MOST_SHOWN && !holdsToken(text)
    ? JSON.stringify(text)
    : `a text of ${text.length} characters`
}

/**
 * An option's text without white space around it; null where it is absent. An empty one says neither this nor that, so it
 * must not count as absent: a table with namespace '' would show all namespaces. @throws {FdwError} option; of a token by mistake as well.
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
