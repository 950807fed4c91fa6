// Reading with rights in some namespaces only.
// The real rights of a real user are in test/e2e.
import { expect, it } from 'vitest'
import type { Request, Response } from '../support/portable-host/imports.ts'
import type { ColumnSpec } from './memory-host.ts'
import { failure, list, pod } from './responses.ts'
import { onEachEngine } from './run-scan.ts'

const SKIP = { forbidden: 'skip' }
const no = failure(403, 'Forbidden', 'pods is forbidden: User "jane" cannot list resource "pods"')

/** An API server of the namespaces a, b and c that lets pods be listed in those of `allowed`. */
const server =
  (allowed: readonly string[], mayListNamespaces = true) =>
  ({ url }: Request): Response => {
    if (/\/api\/v1\/namespaces\?/.test(url))
      return mayListNamespaces ? list(['a', 'b', 'c'].map((name) => ({ metadata: { name } }))) : no
    const namespace = /\/namespaces\/([a-z]+)\/pods/.exec(url)?.[1]
    return namespace !== undefined && allowed.includes(namespace) ? list([pod('p', namespace)]) : no
  }

const COLUMNS: readonly ColumnSpec[] = [{ name: 'namespace', type: 'string' }]

onEachEngine('forbidden', (scan) => {
  it('is an error by itself, which names the ways out', async () => {
    const result = await scan({ respond: server(['a']) })
    expect(result.error).toContain(
      '403 Forbidden: pods is forbidden: User "jane" cannot list resource "pods"',
    )
    expect(result.error).toContain('namespace')
  })

  it("leaves out what may not be read with forbidden 'skip', and names it once", async () => {
    const result = await scan({ serverOptions: SKIP, columns: COLUMNS, respond: server(['a', 'c']) })
    expect(result).toMatchObject({ rows: [['a'], ['c']], error: null })
    expect(result.warnings).toEqual([
      'k8s_fdw: pods of a namespace are left out, for this user may not list them: b',
    ])
    expect(result.urls.map((url) => url.replace(/\?.*/, ''))).toEqual([
      '/api/v1/pods',
      '/api/v1/namespaces',
      '/api/v1/namespaces/a/pods',
      '/api/v1/namespaces/b/pods',
      '/api/v1/namespaces/c/pods',
    ])
  })

  it('does not warn again in a rescan', async () => {
    const passes = [Infinity, Infinity]
    const result = await scan({ serverOptions: SKIP, columns: COLUMNS, respond: server(['a']), passes })
    expect(result.rows).toEqual([['a'], ['a']])
    expect(result.warnings).toEqual([
      'k8s_fdw: pods of 2 namespaces are left out, for this user may not list them: b, c',
    ])
  })

  it('says how to go on where namespaces may not be listed either', async () => {
    const result = await scan({ serverOptions: SKIP, respond: server(['a'], false) })
    expect(result.error).toBe(
      'k8s_fdw[status] GET /api/v1/pods: 403 Forbidden, and so is GET /api/v1/namespaces, which would tell where to look. ' +
        "Hint: name the namespaces that may be read: ALTER FOREIGN TABLE … OPTIONS (ADD namespaces 'one,two')",
    )
  })

  it("looks only into the table's namespaces", async () => {
    const tableOptions = { object: 'pods', namespaces: 'a,b' }
    const spec = { tableOptions, columns: COLUMNS, respond: server(['a'], false) }
    const result = await scan({ ...spec, serverOptions: SKIP })
    expect(result).toMatchObject({ rows: [['a']], error: null })
    expect(result.warnings.length).toBe(1)
    expect((await scan(spec)).error).toContain('403 Forbidden')
  })

  it('is an error still for a table of one namespace', async () => {
    const result = await scan({
      serverOptions: SKIP,
      tableOptions: { object: 'pods', namespace: 'b' },
      respond: server(['a']),
    })
    expect(result.error).toContain('403 Forbidden')
  })

  it('leaves out a namespace of WHERE', async () => {
    const quals = [{ field: 'namespace', operator: '=', value: { tag: 'string', val: 'b' } } as const]
    const result = await scan({ serverOptions: SKIP, columns: COLUMNS, quals, respond: server(['a']) })
    expect(result).toMatchObject({ rows: [], error: null })
    expect(result.warnings.length).toBe(1)
  })

  it('names a namespace once, however many of its objects are asked for', async () => {
    const cell = (val: string) => ({ tag: 'string', val }) as const
    const result = await scan({
      serverOptions: SKIP,
      columns: [...COLUMNS, { name: 'name', type: 'string' }],
      quals: [
        { field: 'namespace', operator: '=', value: cell('b') },
        { field: 'name', operator: '=', useOr: true, value: [cell('p'), cell('q')] },
      ],
      respond: server(['a']),
    })
    expect(result.rows).toEqual([])
    expect(result.warnings).toEqual([
      'k8s_fdw: pods of a namespace are left out, for this user may not list them: b',
    ])
  })

  it('is an error still for a kind without namespaces', async () => {
    const result = await scan({ serverOptions: SKIP, tableOptions: { object: 'nodes' }, respond: [no] })
    expect(result.error).toContain('403 Forbidden')
  })

  it.each([
    {
      input: { tableOptions: { object: 'pods', namespaces: 'a,../b' } },
      want:
        'k8s_fdw[option] option namespaces is "../b". Hint: it takes names of namespaces (lower-case letters, digits and -) ' +
        "with commas between them, such as 'default,web'",
    },
    {
      input: { tableOptions: { object: 'pods', namespaces: 'a', namespace: 'b' } },
      want:
        'k8s_fdw[option] the table has both namespace and namespaces. ' +
        'Hint: give it one of them: ALTER FOREIGN TABLE … OPTIONS (DROP namespace)',
    },
    {
      input: { tableOptions: { object: 'nodes', namespaces: 'a' } },
      want:
        'k8s_fdw[option] the table has the option namespaces, but objects of kind Node are in no namespace. ' +
        'Hint: drop the option: ALTER FOREIGN TABLE … OPTIONS (DROP namespaces)',
    },
    {
      input: { serverOptions: { forbidden: 'ignore' } },
      want: "k8s_fdw[option] option forbidden is \"ignore\". Hint: it takes 'error' or 'skip'",
    },
  ])('refuses $input', async ({ input, want }) => {
    expect((await scan({ ...input, respond: [list([])] })).error).toBe(want)
  })
})
