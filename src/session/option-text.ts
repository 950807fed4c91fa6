// One option's text as the host hands it over.
// Knows no option by its name: ../declared.ts has what each takes.
import { MAY_HOLD_TOKEN } from '../declared.ts'
import type { Choice, Form } from '../declared.ts'
import { FdwError } from '../errors.ts'
import type { OptionSource, OptionsType } from '../host.ts'
import { holdsToken, shown } from '../text/shown.ts'

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

/** @throws {FdwError} option, of a value that is not what the option takes. */
export function hold(declaration: Form | Choice, text: string): void {
  const isChoice = 'values' in declaration
  if (isChoice ? declaration.values.includes(text) : declaration.pattern.test(text)) return
  throw new FdwError(
    'option',
    `option ${declaration.name} is ${shown(text)}`,
    `it takes ${isChoice ? declaration.values.map((value) => `'${value}'`).join(' or ') : declaration.takes}`,
  )
}

/** An option's text, or what it is where it is not given. @throws {FdwError} option. */
export function declared<Fallback extends string | null>(
  host: OptionSource,
  declaration: Form<Fallback> | Choice<Fallback>,
): string | Fallback {
  const text = optionText(host, declaration.type, declaration.name)
  if (text === null) return declaration.fallback
  hold(declaration, text)
  return text
}

export function isOn(text: string): boolean {
  return text === 'on' || text === 'true'
}
