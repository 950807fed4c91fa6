// Hints for those who write what other JSONPaths or jq have and kubectl's has not: how to say it in SQL.

const ELEMENTS = 'FROM t, jsonb_array_elements(t.list) AS e WHERE'

/** The hint for `!@.x`, `not(@.x)` and `== null`. */
export const MISSING = `a filter finds only what is there. In SQL: WHERE column IS NULL for a field of the object; for the elements of a list, with the list as a jsonb column, ${ELEMENTS} e->'field' IS NULL`
const COMPARES = `a filter compares with == != < <= > >= alone. In SQL, with the list as a jsonb column: ${ELEMENTS} e->>'field' IN ('a', 'b'), or LIKE 'a%', or ~ 'pattern'`
/** The hint for `length()`, `keys`, `| …` and the like. */
export const CALLS =
  'a path leads to values and computes nothing. Declare the column jsonb and go on in SQL: jsonb_array_length(column), jsonb_object_keys(column), jsonb_array_elements(column), coalesce(column, …)'
const EQUALS = "write == for equal: [?(@.name=='web')]"
/** The hint for `==etcd`, and for a field without @. */
export const QUOTES =
  "in a filter a text stands in quotes, and a field of the element begins with @: [?(@.name=='web')]"
const ALSO = 'write && for and, || for or'

const WORDS: { readonly [hint: string]: readonly string[] } = {
  [MISSING]: ['!', 'not', 'null', 'nil', 'none', 'None', 'NULL', 'undefined'],
  [COMPARES]: [
    '~',
    '=~',
    '!~',
    'in',
    'nin',
    'like',
    'contains',
    'matches',
    'match',
    'search',
    'startsWith',
    'subsetof',
    'anyof',
  ],
  [EQUALS]: ['=', '=='],
  [ALSO]: ['and', 'or', 'AND', 'OR'],
}

/** The hint for a word that a path cannot have; undefined if it is not clear what was meant. */
export function hintFor(word: string): string | undefined {
  const bare = word.endsWith('(') ? word.slice(0, -1) : word
  for (const hint of Object.keys(WORDS)) if (WORDS[hint]?.includes(bare) === true) return hint
  return /^[|/]/.test(word) || /\($/.test(word) ? CALLS : undefined
}

/** The hint for a text that stands where an operator belongs; undefined if there is none. */
export function operatorHint(rest: string): string | undefined {
  if (/^=~|^!~|^~/.test(rest)) return COMPARES
  return rest.startsWith('=') ? EQUALS : undefined
}
