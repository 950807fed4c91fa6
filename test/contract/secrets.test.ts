// Values of Secrets, whatever path leads to them.
import { expect, it } from 'vitest'
import { list } from './responses.ts'
import { MATRIX_TYPES } from './types/table.ts'
import { onEachEngine } from './run-scan.ts'

const VALUE = 'aHVudGVyMg=='
const PLAIN = 'hunter2'
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const SECRET = {
  metadata: {
    name: 's',
    namespace: 'x',
    annotations: { [APPLIED]: `{"data":{"password":"${VALUE}"}}`, note: 'kept' },
  },
  type: 'Opaque',
  data: { password: VALUE, 'tls.crt': VALUE, gone: null },
  stringData: { password: PLAIN },
}

const PATHS = [
  '{}',
  '{$}',
  '{.*}',
  '{..[*]}',
  '{..password}',
  'data',
  'data.password',
  '{.data.password}',
  "data['tls.crt']",
  '{.data.*}',
  '{.data[*]}',
  "{['data','stringData']}",
  '{["data"]["password","tls.crt"]}',
  'stringData',
  'stringData.password',
  '{.metadata}',
  'metadata.annotations',
  `metadata.annotations['${APPLIED}']`,
  `{.metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration}`,
  '{..annotations}',
  '{.data.password}:{.stringData.password}',
  '{range .data.*}{@}{"\\n"}{end}',
]
const TYPES = ['string', 'json', 'i32', 'numeric', 'bool', 'timestamptz', 'uuid'] as const

onEachEngine('secrets', (scan) => {
  it.each(PATHS)('masks %s', async (path) => {
    for (const onError of ['error', 'null']) {
      for (const type of TYPES) {
        const result = await scan({
          tableOptions: {
            object: 'secrets',
            columns: JSON.stringify({ v: path }),
            on_error: onError,
          },
          columns: [{ name: 'v', type }],
          respond: [list([SECRET], {}, 'SecretList')],
        })
        const shown = JSON.stringify([result.rows, result.error, result.warnings])
        expect(shown).not.toContain(VALUE)
        expect(shown).not.toContain(PLAIN)
        if (type === 'string' || type === 'json') expect(shown).toContain('***')
      }
    }
  })

  const columns = ['name', 'type', 'data', 'annotations', 'attrs'].map((name) => ({
    name,
    type: 'json' as const,
  }))

  it('shows all else', async () => {
    const result = await scan({
      tableOptions: { apiVersion: 'v1', kind: 'Secret' },
      columns,
      respond: [list([SECRET], {}, 'SecretList')],
    })
    const annotations = { [APPLIED]: '***', note: 'kept' }
    const data = { password: '***', 'tls.crt': '***', gone: '***' }
    expect(result.rows[0]?.map((cell) => JSON.parse(String(cell)) as unknown)).toEqual([
      's',
      'Opaque',
      data,
      annotations,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...SECRET.metadata, annotations },
        type: 'Opaque',
        data,
        stringData: { password: '***' },
      },
    ])
  })

  it("shows values under reveal_secrets 'true'", async () => {
    const result = await scan({
      tableOptions: { object: 'secrets', reveal_secrets: 'true' },
      columns: [{ name: 'data', type: 'json' }],
      respond: [list([SECRET], {}, 'SecretList')],
    })
    expect(result.rows).toEqual([[JSON.stringify(SECRET.data)]])
  })

  it('leaves other kinds alone', async () => {
    const result = await scan({
      tableOptions: { object: 'configmaps' },
      columns: [{ name: 'data', type: 'json' }],
      respond: [list([{ data: { a: 'b' } }], {}, 'ConfigMapList')],
    })
    expect(result.rows).toEqual([['{"a":"b"}']])
  })

  it("keeps a shown Secret's values out of its errors and warnings", async () => {
    for (const type of MATRIX_TYPES.filter((each) => each !== 'string' && each !== 'json')) {
      for (const path of [
        'data',
        'data.password',
        '{.data.*}',
        '{.data.password}',
        '{}',
        '{.data.password} {.type}',
      ]) {
        for (const onError of ['error', 'null']) {
          const result = await scan({
            tableOptions: {
              object: 'secrets',
              columns: JSON.stringify({ v: path }),
              on_error: onError,
              reveal_secrets: 'true',
            },
            columns: [{ name: 'v', type }],
            respond: [list([SECRET], {}, 'SecretList')],
          })
          const shown = [result.error ?? '', ...result.warnings].join()
          expect(shown, `${type} of ${path}`).toMatch(
            /Secret x\/s: column "v": (the value \(hidden, for it is a Secret's\) (is|has) |the path leads to 3 values)/,
          )
          expect(shown).not.toContain(VALUE.slice(0, 4))
        }
      }
    }
  })

  it('says of a value with U+0000 no more than that', async () => {
    const result = await scan({
      tableOptions: { object: 'secrets', reveal_secrets: 'true', columns: '{"v":"stringData.password"}' },
      columns: [{ name: 'v', type: 'string' }],
      respond: [
        list([{ metadata: { name: 's' }, stringData: { password: `${PLAIN}\u0000` } }], {}, 'SecretList'),
      ],
    })
    expect(result.error).toContain('k8s_fdw[cell] Secret s: column "v": the text holds the character U+0000')
    expect(result.error).not.toContain(PLAIN)
  })
})
