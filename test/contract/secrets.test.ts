// Values of Secrets, whatever path leads to them.
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { json, list } from './responses.ts'
import { MATRIX_TYPES } from './types/table.ts'
import { onEachEngine } from './run-scan.ts'

const VALUE = 'aHVudGVyMg=='
const PLAIN = 'hunter2'
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const WHOLE = `{"data":{"password":"${VALUE}"},"stringData":{"password":"${PLAIN}"}}`
const packed = (text: string): string => gzipSync(text).toString('base64')
/**
 * Annotations in which tools keep the object, or a part of it, as they last saw it; and those in which people keep
 * anything.
 */
const ANNOTATIONS: { readonly [key: string]: string } = {
  [APPLIED]: WHOLE,
  'kapp.k14s.io/original': WHOLE,
  'kopf.zalando.org/last-handled-configuration': WHOLE,
  'kopf.dev/last-handled-configuration': WHOLE,
  'argocd.argoproj.io/last-applied': WHOLE,
  'kustomize.toolkit.fluxcd.io/last-applied': Buffer.from(WHOLE).toString('base64'),
  'objectset.rio.cattle.io/applied': packed(WHOLE),
  'banzaicloud.com/last-applied': packed(WHOLE),
  'cert-manager.io/private-key': PLAIN,
  'kubernetes.io/service-account.token': PLAIN,
  note: PLAIN,
  empty: '',
}
const HARMLESS = {
  'kubernetes.io/service-account.name': 'builder',
  'meta.helm.sh/release-name': 'shop',
  'cert-manager.io/alt-names': 'shop.example.com',
}
/** The texts that no cell and no message may show, in the order of the annotations. */
const HIDDEN = [VALUE, PLAIN, packed(WHOLE), Buffer.from(WHOLE).toString('base64')]
const SECRET = {
  metadata: {
    name: 's',
    namespace: 'x',
    annotations: { ...ANNOTATIONS, ...HARMLESS },
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
  `metadata.annotations['kapp.k14s.io/original']`,
  `{.metadata.annotations['objectset.rio.cattle.io/applied']}`,
  '{.metadata.annotations.note}',
  '{.metadata.annotations.*}',
  '{range .metadata.annotations.*}{@}{"\\n"}{end}',
  '{.metadata.*}',
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
        for (const hidden of HIDDEN) expect(shown).not.toContain(hidden)
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
    const masked = Object.fromEntries(Object.keys(ANNOTATIONS).map((key) => [key, '***']))
    const annotations = { ...masked, ...HARMLESS }
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

  it.each([
    ['the object whole', SECRET],
    ['its metadata alone', { metadata: SECRET.metadata }],
    ['metadata that are none', { ...SECRET, metadata: WHOLE }],
    ['annotations that are none', { ...SECRET, metadata: { name: 's', annotations: [PLAIN] } }],
    [
      'annotations that are no texts',
      { ...SECRET, metadata: { name: 's', annotations: { a: { b: PLAIN } } } },
    ],
    ['values that are none', { metadata: { name: 's' }, data: [VALUE], stringData: PLAIN }],
    [
      'values that are no texts',
      { metadata: { name: 's' }, data: { a: [VALUE] }, stringData: { a: { b: PLAIN } } },
    ],
  ])('masks whatever answer comes: %s', async (_, answer) => {
    for (const names of ['annotations', 'metadata', 'attrs data annotations', 'name annotations']) {
      const result = await scan({
        tableOptions: { object: 'secrets' },
        columns: names.split(' ').map((name) => ({ name, type: 'json' as const })),
        respond: [list([answer], {}, 'SecretList')],
      })
      expect(result.error).toBe(null)
      const shown = JSON.stringify([result.rows, result.warnings])
      for (const hidden of HIDDEN) expect(shown).not.toContain(hidden)
    }
  })

  it('masks the object that a name alone asks for', async () => {
    const result = await scan({
      tableOptions: { object: 'secrets', namespace: 'x' },
      columns: [
        { name: 'name', type: 'string' },
        { name: 'annotations', type: 'string' },
      ],
      quals: [{ field: 'name', operator: '=', value: { tag: 'string', val: 's' } }],
      respond: [json(200, { kind: 'Secret', apiVersion: 'v1', ...SECRET })],
    })
    expect(result.urls).toEqual(['/api/v1/namespaces/x/secrets/s'])
    expect(result.rows[0]?.[1]).toContain('***')
    for (const hidden of HIDDEN) expect(JSON.stringify(result.rows)).not.toContain(hidden)
  })

  const LABELS = {
    app: 'shop',
    plain: PLAIN,
    encoded: VALUE.replace(/=+$/, ''),
    short: 'admin',
    of_another: 'hunter',
  }
  const labelled = (labels: object): object => ({
    metadata: { name: 's', namespace: 'x', labels },
    data: { password: VALUE, user: Buffer.from('admin').toString('base64') },
  })
  const WARNING =
    'k8s_fdw: labels of a Secret are shown as ***, for they hold a value of the Secret: a condition on them finds nothing'

  it('masks a label that holds one of its values, with a warning', async () => {
    const result = await scan({
      tableOptions: { object: 'secrets' },
      columns: [
        { name: 'labels', type: 'json' },
        { name: 'data', type: 'json' },
      ],
      respond: [list([labelled(LABELS)], {}, 'SecretList')],
      passes: [Infinity, Infinity],
    })
    expect(result.error).toBe(null)
    expect(JSON.parse(String(result.rows[0]?.[0]))).toEqual({ ...LABELS, plain: '***', encoded: '***' })
    expect(result.warnings).toEqual([WARNING])
  })

  it('says how many Secrets have such labels', async () => {
    const result = await scan({
      tableOptions: { object: 'secrets' },
      columns: [{ name: 'attrs', type: 'json' }],
      respond: [list([labelled(LABELS), labelled(LABELS), labelled({ app: 'shop' })], {}, 'SecretList')],
    })
    expect(result.warnings).toEqual([WARNING.replace('a Secret are', '2 Secrets are')])
  })

  it('shows labels by which nothing is hidden', async () => {
    const labels = { ...LABELS, plain: 'x', encoded: 'aHVudGVyMw' }
    const result = await scan({
      tableOptions: { object: 'secrets' },
      columns: [{ name: 'attrs', type: 'json' }],
      respond: [list([labelled(labels)], {}, 'SecretList')],
    })
    expect(result.rows[0]?.[0]).toContain(JSON.stringify(labels))
    expect(result.warnings).toEqual([])
  })

  it('quotes nothing of a Secret in an error or a warning', async () => {
    const shown = {
      ...SECRET,
      metadata: { ...SECRET.metadata, labels: { a: 'shown-in-a-label' } },
      type: 'odd-type',
    }
    for (const reveal of ['true', 'false']) {
      for (const path of [
        'metadata.labels.a',
        '{.metadata.labels}',
        '{.metadata.labels.*}',
        'type',
        '{.type} ',
        "metadata.annotations['cert-manager.io/alt-names']",
      ]) {
        for (const onError of ['error', 'null']) {
          const result = await scan({
            tableOptions: {
              object: 'secrets',
              columns: JSON.stringify({ v: path }),
              on_error: onError,
              reveal_secrets: reveal,
            },
            columns: [{ name: 'v', type: 'i32' }],
            respond: [list([shown], {}, 'SecretList')],
          })
          const said = [result.error ?? '', ...result.warnings].join()
          expect(said).toContain(
            `Secret x/s: column "v": the value (hidden, for it is a Secret's) is not an integer`,
          )
          expect(said).not.toMatch(/shown-in|odd-type|example\.com/)
        }
      }
    }
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
    expect(result.warnings).toEqual([
      'k8s_fdw: 1 value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place: Secret s: column "v"',
    ])
  })
})
