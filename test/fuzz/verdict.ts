// Whether what was found here and what client-go found agree, or which rule of docs/jsonpath.md lets them differ.
// Evaluates nothing.
import { parseTemplate } from '../../src/jsonpath/parse.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { sameResults, sameText } from '../unit/oracle/compare.ts'
import type { Answer, Outcome } from '../unit/oracle/compare.ts'
import { quirksOf } from './quirks.ts'
import type { Quirk } from './quirks.ts'

export type Verdict =
  | 'same values'
  | 'same in another order'
  | 'both refuse'
  | 'client-go fails at the object'
  | 'quotes'
  | 'joined filters'
  | 'symbols'
  | 'no braces'
  | 'stricter'
  | Quirk
  | 'DIFFERENT'

const QUOTED_NAME = /[[,] *(["'])[^]*\1/

/** Client-go refuses and we do not: where quotes are read as quotes, and filters joined. */
function refusal(template: string): Verdict {
  const filters = template.split('?(').length - 1
  if (/&&|\|\|/.test(template) || filters > 1 || /,\s*[^[\]]*\?\(|\?\([^)]*\)\s*,/.test(template))
    return 'joined filters'
  if (/\.\.[^\x00-\x7f]/.test(template)) return 'symbols'
  if (/[[,] *"/.test(template) || /\\\\["']/.test(template)) return 'quotes'
  if (QUOTED_NAME.test(template) || (filters > 0 && /["'\\]/.test(template))) return 'quotes'
  return 'DIFFERENT'
}

/** We refuse and client-go does not: what can only be a mistake. */
function strictness(template: string, error: string): Verdict {
  if (!template.includes('{') || template !== template.trim()) return 'no braces'
  if (error.includes('has no {end}') || error.includes('is not an array index')) return 'stricter'
  if (error.includes('an unknown escape') && /\\(x[89a-fA-F]|[23])/.test(template)) return 'stricter'
  if (/calls no function|step of a slice|unknown word "(range|end)"/.test(error)) return 'stricter'
  if (!template.includes('?(')) return 'DIFFERENT'
  return /a path such as|unknown word|unexpected character/.test(error) ? 'stricter' : 'DIFFERENT'
}

function explained(template: string, object: JsonValue): Verdict {
  if (!template.includes('{') || template !== template.trim()) return 'no braces'
  const quirks = quirksOf(parseTemplate(template), object)
  if (!template.includes("'")) quirks.delete('key first')
  const [first] = quirks
  return first ?? 'DIFFERENT'
}

export function judge(template: string, object: JsonValue, ours: Outcome, theirs: Answer): Verdict {
  if (theirs.failed === 'panic') return 'client-go fails at the object'
  if ('error' in ours) {
    if (theirs.failed !== null) return 'both refuse'
    return strictness(template, ours.error)
  }
  if (theirs.failed === 'parse') return refusal(template)
  if (theirs.failed === 'execute') {
    if (!/unrecognized (identifier|filter operator)|not in range/.test(theirs.message))
      return 'client-go fails at the object'
    return QUOTED_NAME.test(template) ? 'key first' : 'DIFFERENT'
  }
  const same = (answer: Answer): boolean =>
    sameResults(ours.results, answer) && (answer.bytes || sameText(ours.text, answer))
  if (same(theirs)) return theirs.bytes ? 'bytes' : 'same values'
  const overMaps = template.includes('*') || template.includes('..')
  return overMaps && same({ ...theirs, varies: true }) ? 'same in another order' : explained(template, object)
}
