// All options, and what the generator asks of them.
import type { Option, Place, Rule } from './declaration.ts'
import { HOST_SERVER_OPTIONS, MAPPING_OPTIONS } from './host.ts'
import { IMPORT_OPTIONS } from './import.ts'
import { SERVER_OPTIONS } from './server.ts'
import { COLUMN_OPTIONS, TABLE_OPTIONS } from './table.ts'

export const OPTIONS: readonly Option[] = [
  ...SERVER_OPTIONS,
  ...HOST_SERVER_OPTIONS,
  ...MAPPING_OPTIONS,
  ...TABLE_OPTIONS,
  ...COLUMN_OPTIONS,
  ...IMPORT_OPTIONS,
]

export const optionsOf = (place: Place): Option[] => OPTIONS.filter(({ on }) => on.includes(place))

/** Whether it means something on k8s_fdw's own host alone. */
export const isOfOwnHost = ({ name }: Option): boolean =>
  [...HOST_SERVER_OPTIONS, ...MAPPING_OPTIONS].some((option) => option.name === name)

/** What one value looks like, of a list one part; undefined where only code can tell. */
export const formOf = ({ form, values }: Option): RegExp | undefined =>
  form ?? (values === undefined ? undefined : new RegExp(`^(${values.join('|')})$`))

/** What the validator refuses, in order. */
export const rulesOf = (option: Option): readonly Rule[] => {
  const { problem, hint, hints, isList, rules } = option
  const form = formOf(option)
  if (form === undefined || problem === undefined || hint === undefined) return rules ?? []
  const part = form.source.replace(/^\^/, '').replace(/\$$/, '')
  const list = isList === true ? `^ *${part} *(, *${part} *)*$` : form.source
  const unless = new RegExp(list, form.flags)
  return [{ unless, problem, hint, ...(hints === undefined ? {} : { hints }) }, ...(rules ?? [])]
}
