// Answers beyond what the engine's memory holds: a clear error or the value, never a trap.
import { expect, it } from 'vitest'
import { list } from './responses.ts'
import { onEachEngine } from './run-scan.ts'

/** Node has no such limits: there the values themselves arrive. */
onEachEngine('limits', (scan, engine) => {
  const hasLimits = engine === 'component'
  const metadata = { name: 'large', namespace: 'shop' }

  it('an object too large for a tree', async () => {
    const entries = Array.from({ length: 400_000 }, (_, i) => [
      `key${i}`,
      { a: [i, `v${i}`, null, { b: i + 0.5 }] },
    ])
    const result = await scan({
      tableOptions: {
        object: 'pods',
        columns: JSON.stringify({ v: '{.data.key7.a[-1:].b}', w: '{..nothing}' }),
      },
      columns: [
        { name: 'v', type: 'f64' },
        { name: 'w', type: 'json' },
      ],
      respond: [list([{ metadata, data: Object.fromEntries(entries) as object }])],
    })
    if (hasLimits) {
      expect(result.error).toBe(
        'k8s_fdw[internal] out of memory. Hint: lower page_size of the server, or show fewer columns',
      )
    } else expect(result).toMatchObject({ error: null, rows: [[7.5, '[]']] })
  })

  it('a text too large for the engine, straight from the body', async () => {
    const data = 'x'.repeat(40_000_000)
    const result = await scan({
      tableOptions: { object: 'pods', columns: JSON.stringify({ v: '.data' }) },
      columns: [{ name: 'v', type: 'string' }],
      respond: [list([{ metadata, data }])],
    })
    expect(result.error).toBeNull()
    expect(result.rows[0]?.[0] === data).toBe(true)
  })

  it('a text too large for the engine, in a template', async () => {
    const data = 'x'.repeat(40_000_000)
    const result = await scan({
      tableOptions: { object: 'pods', columns: JSON.stringify({ v: '{.data}!' }) },
      columns: [{ name: 'v', type: 'string' }],
      respond: [list([{ metadata, data }])],
    })
    if (hasLimits) {
      expect(result.error).toBe(
        'k8s_fdw[internal] string too long. Hint: lower page_size of the server, or show fewer columns',
      )
    } else expect(result.rows[0]?.[0] === `${data}!`).toBe(true)
  })
})
