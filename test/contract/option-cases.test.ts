// The component's half of options/cases.json: what it says of options that the SQL validator is asked about too.
import { expect, it } from 'vitest'
import { CASES } from '../../options/cases.ts'
import type { OptionCase, Refused } from '../../options/cases.ts'
import { list } from './responses.ts'
import type { RunScan, ScanResult } from './run-scan.ts'
import { API_URL, TOKEN, onEachEngine } from './run-scan.ts'

/** By what an error says; the first that fits. */
const REASONS: readonly (readonly [why: Refused['why'], says: RegExp])[] = [
  ['both', / has both /],
  ['empty', / is empty\. Hint/],
  ['token', /a bearer token in it|is a token itself|looks like a token|the token of option/],
  ['missing', /has no option|does not say which|, but not? /],
  ['value', /./],
]

/** What the component refused before it asked the API server anything. */
function refusal({ error, requests }: ScanResult): string | null {
  return error?.startsWith('k8s_fdw[option]') === true && requests.length === 0 ? error : null
}

function scanOf(scan: RunScan, { on, options }: OptionCase): Promise<ScanResult> {
  const given = Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== null)
  const named = options['api_key_id'] ?? options['api_key_name']
  return scan({
    serverOptions: { api_url: API_URL, api_key: null, ...(on === 'server' ? options : {}) },
    ...(on === 'table' ? { tableOptions: Object.fromEntries(given) } : {}),
    columns: ['columns' in options ? { name: 'name', type: 'string' } : { name: 'attrs', type: 'json' }],
    vault: named === undefined || named === null ? {} : { [named]: TOKEN },
    settings: { role: 'jane', 'request.jwt.claims': '{"email": "jane@example.com", "a": [1]}' },
    respond: [list([])],
  })
}

onEachEngine('the cases of options/', (scan) => {
  it.each(CASES.options)('$on: $name', async (tried) => {
    const said = refusal(await scanOf(scan, tried))
    if (tried.refused === null) {
      expect(said).toBeNull()
      return
    }
    expect(said).toContain(tried.refused.option)
    expect(REASONS.find(([, says]) => says.test(said ?? ''))?.[0]).toBe(tried.refused.why)
  })
})
