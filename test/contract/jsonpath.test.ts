// kubectl's JSONPath in columns, from the option to the cell.
import { expect, it } from 'vitest'
import { list } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { CellValue } from './run-scan.ts'
import type { TypeOid } from '../../src/host.ts'

const POD = {
  metadata: {
    name: 'web-0',
    namespace: 'shop',
    labels: { app: 'web', 'app.kubernetes.io/name': 'web', tier: 'front' },
  },
  spec: {
    containers: [
      { name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }, { containerPort: 443 }] },
      { name: 'log', image: 'fluent:3', resources: { limits: { cpu: '100m' } } },
    ],
    priority: 10,
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Initialized', status: 'False' },
    ],
  },
}

/** A path, the column's type, its cell. */
const CASES: readonly (readonly [path: string, type: TypeOid, want: CellValue])[] = [
  ['metadata.name', 'string', 'web-0'],
  ['.metadata.name', 'string', 'web-0'],
  ['$.metadata.name', 'string', 'web-0'],
  [' {.metadata.name} ', 'string', 'web-0'],
  ['{$.metadata.name}', 'string', 'web-0'],
  ['{@.metadata.name}', 'string', 'web-0'],
  ['metadata.labels.app\\.kubernetes\\.io/name', 'string', 'web'],
  ["metadata.labels['app.kubernetes.io/name']", 'string', 'web'],
  ["{.metadata.labels['app\\.kubernetes\\.io/name']}", 'string', 'web'],
  ["{['metadata.name']}", 'string', 'web-0'],
  ['spec.containers[0].image', 'string', 'nginx:1.27'],
  ['{.spec.containers[-1].image}', 'string', 'fluent:3'],
  ['{.spec.containers[7].image}', 'string', null],
  ['{.spec.containers[*].image}', 'string', 'nginx:1.27 fluent:3'],
  ['{.spec.containers[*].image}', 'json', '["nginx:1.27","fluent:3"]'],
  ['{.spec.containers[*].ports[*].containerPort}', 'json', '[80,443]'],
  ['{.spec.containers[0].ports[0].containerPort}', 'i32', 80],
  ['{.spec.containers[0].ports[1:].containerPort}', 'i32', 443],
  ['{.spec.initContainers[*].image}', 'string', null],
  ['{.spec.initContainers[*].image}', 'json', '[]'],
  ['{..image}', 'json', '["nginx:1.27","fluent:3"]'],
  ['{.spec..cpu}', 'numeric', 0.1],
  ["{.metadata.labels['app','tier']}", 'string', 'web front'],
  ['{.status.conditions[?(@.type=="Ready")].status}', 'string', 'True'],
  ['{.status.conditions[?(@.type=="Ready")].status}', 'json', '["True"]'],
  ['{.status.conditions[?(@.type=="Gone")].status}', 'string', null],
  ['{.spec.containers[?(@.resources)].name}', 'string', 'log'],
  ['{.metadata.namespace}/{.metadata.name}', 'string', 'shop/web-0'],
  ['{range .spec.containers[*]}{.name}={.image}{"\\n"}{end}', 'string', 'nginx=nginx:1.27\nlog=fluent:3\n'],
  ['{.spec.priority}{"0"}', 'i32', 100],
  ['{.metadata.labels}', 'json', '{"app":"web","app.kubernetes.io/name":"web","tier":"front"}'],
  ['{.kind}', 'string', 'Pod'],
  ['{.*.name}', 'string', 'web-0'],
  ['{.kind}: {.apiVersion}', 'string', 'Pod: v1'],
  ['{}', 'json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...POD })],
]

onEachEngine('jsonpath', (scan) => {
  it.each(CASES)('%s as %s', async (path, type, want) => {
    const tableOptions = { object: 'pods', columns: JSON.stringify({ v: path }) }
    const result = await scan({ tableOptions, columns: [{ name: 'v', type }], respond: [list([POD])] })
    expect(result).toMatchObject({ error: null, rows: [[want]] })
  })

  it('refuses many values for a type that holds one', async () => {
    const result = await scan({
      tableOptions: { object: 'pods', columns: JSON.stringify({ v: '{..containerPort}' }) },
      columns: [{ name: 'v', type: 'i32' }],
      respond: [list([POD])],
    })
    expect(result.error).toBe(
      'k8s_fdw[cell] Pod shop/web-0: column "v": the path leads to 2 values. ' +
        "Hint: declare the column jsonb or text, or narrow the path to one value, or give the table the option on_error 'null'",
    )
  })

  it('keeps every digit of a large integer behind a wildcard', async () => {
    const result = await scan({
      tableOptions: {
        object: 'pods',
        columns: JSON.stringify({ v: '{.spec.list[*]}', w: '{.spec.list[*]}' }),
      },
      columns: [
        { name: 'v', type: 'json' },
        { name: 'w', type: 'string' },
      ],
      respond: [
        { ...list([]), body: '{"items":[{"spec":{"list":[9007199254740993,{"n":-9007199254740993}]}}]}' },
      ],
    })
    expect(result.rows).toEqual([
      ['[9007199254740993,{"n":-9007199254740993}]', '9007199254740993 {"n":-9007199254740993}'],
    ])
  })
})
