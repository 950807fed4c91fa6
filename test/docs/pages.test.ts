// docs/k8s.md tells of every option and of the fields that a kind is selected by, and the tests that run the pages'
// statements (test/e2e/docs) read all of them.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPTIONS } from '../../options/all.ts'
import { VIRTUAL_NAMES } from '../../options/shared.ts'
import { selectableFields } from '../../src/plan/selectable.ts'
import { inRoot } from '../../tools/paths.ts'
import { codes, fillIn, readPage, section, sqlBlocks, tableRows, withoutIndent } from '../support/markdown.ts'

const PAGE = 'docs/k8s.md'
const page = readPage(PAGE)
/** Their rows in the page's table; the others' are in words. */
const SELECTABLE = {
  Pod: 'v1',
  Service: 'v1',
  Node: 'v1',
  Namespace: 'v1',
  Secret: 'v1',
  ReplicationController: 'v1',
  Job: 'batch/v1',
  CertificateSigningRequest: 'certificates.k8s.io/v1',
}

describe(PAGE, () => {
  it('tells of every option, and of none that does not exist', () => {
    // Those of user mappings are in credentials.md.
    const known = OPTIONS.filter(({ on }) => !on.includes('import') && !on.includes('mapping')).map(
      ({ name }) => name,
    )
    const settings = ['k8s_fdw.trace', 'k8s_fdw.pushdown', 'k8s_fdw.dry_run']
    const options = section(page, 'Options')
    const told = ['Server options', 'Table options', 'Column options', 'Session settings']
      .flatMap((heading) => tableRows(section(page, heading)))
      .flatMap(([option = '']) => codes(option))
    expect(known.length).toBeGreaterThan(20)
    expect(known.filter((name) => !codes(options).includes(name))).toEqual([])
    expect(told.filter((name) => ![...known, ...settings].includes(name))).toEqual([])
  })

  it.each(Object.entries(SELECTABLE))('names the fields that a %s is selected by', (kind, apiVersion) => {
    const resource = { apiVersion, kind, plural: '', singular: '', shortNames: [], namespaced: true }
    const told = tableRows(section(page, 'Fields')).find(([name]) => name === kind)?.[1] ?? ''
    expect(codes(told).sort()).toEqual(
      selectableFields(resource)
        .map(({ path }) => path.join('.'))
        .sort(),
    )
  })

  it('says of each table what can be done with it', () => {
    const operations = [...page.matchAll(/^\|[^|]+(?:\| (?:✅|❌|\[✅\]\([^)]+\)) ){5}\|$/gm)].map(([row]) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^\[(.*)\]\(changing\.md.*\)$/, '$1')),
    )
    expect(operations.length).toBeGreaterThan(10)
    for (const [name = '', ...can] of operations) {
      const isKind = !VIRTUAL_NAMES.includes(name) && !name.endsWith('.metrics.k8s.io')
      const writes = name === 'manifests' ? '❌✅❌❌❌' : '✅❌❌❌❌'
      expect([name, can.join('')]).toEqual([name, isKind ? '✅✅✅✅❌' : writes])
    }
  })

  it('links to pages that exist', () => {
    const links = [...page.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? '')
    const missing = links
      .filter((link) => !link.includes('://'))
      .filter((link) => !existsSync(join(inRoot(dirname(PAGE)), link)))
    expect(missing).toEqual([])
  })
})

describe('docs/credentials.md', () => {
  it('is read with all that it has', () => {
    const credentials = readPage('docs/credentials.md')
    const blocks = sqlBlocks(withoutIndent(credentials))
    expect(blocks.length).toBe(credentials.match(/^ *```sql$/gm)?.length)
    expect(blocks.length).toBeGreaterThan(7)
  })
})

describe('a page', () => {
  it('with a placeholder that is not known is refused', () => {
    expect(() => fillIn(`SELECT '<something new>'`, new Map())).toThrow('<something new>')
  })

  it('is read with all that it has', () => {
    const blocks = sqlBlocks(page)
    expect(blocks.length).toBe(page.match(/^```sql$/gm)?.length)
    expect(blocks.filter(({ printed }) => printed !== undefined).length).toBe(
      page.match(/^```$\n\n^```$/gm)?.length,
    )
    expect(blocks.length).toBeGreaterThan(35)
    expect(tableRows(section(page, 'Conditions')).length).toBeGreaterThan(18)
  })
})
