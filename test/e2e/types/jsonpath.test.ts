// kubectl's JSONPath in columns, through Postgres, on a real pod.
import { beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, rows, run } from '../support/sql.ts'

const DIGEST = '6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b'
const WEB = `registry.example.com:5000/team/web@sha256:${DIGEST}`

const CASES = [
  { path: '{.spec.containers[0].image}', type: 'text', want: WEB },
  { path: 'spec.containers[-1].name', type: 'text', want: 'plain' },
  { path: '$.metadata.name', type: 'text', want: 'menagerie' },
  { path: '.metadata.name', type: 'text', want: 'menagerie' },
  { path: String.raw`{.metadata.labels.app\.kubernetes\.io/name}`, type: 'text', want: 'menagerie' },
  { path: "{.metadata.labels['app.kubernetes.io/name']}", type: 'text', want: 'menagerie' },
  { path: '{.spec.containers[*].name}', type: 'jsonb', want: '["web", "sidecar", "plain"]' },
  { path: '{.spec.containers[*].name}', type: 'text', want: 'web sidecar plain' },
  { path: '{.spec.containers[0:2].name}', type: 'jsonb', want: '["web", "sidecar"]' },
  {
    path: '{.spec.containers[?(@.name=="sidecar")].image}',
    type: 'text',
    want: 'registry.example.com/sidecar:2.0',
  },
  {
    path: '{.status.containerStatuses[?(@.restartCount>1)].name}',
    type: 'jsonb',
    want: '["sidecar", "plain"]',
  },
  { path: '{.status.conditions[?(@.type=="Ready")].status}', type: 'text', want: 'False' },
  { path: '{..containerPort}', type: 'jsonb', want: '[8080, 9090]' },
  { path: "{.spec['nodeName','restartPolicy']}", type: 'text', want: 'zoo-node OnFailure' },
  {
    path: '{range .spec.containers[*]}{.name}={.image}{"\\n"}{end}',
    type: 'text',
    want: `web=${WEB}\nsidecar=registry.example.com/sidecar:2.0\nplain=busybox:1.36\n`,
  },
  { path: '{.spec.containers[9].name}', type: 'text', want: '∅' },
  { path: '{.spec.no.such.field}', type: 'text', want: '∅' },
] as const

beforeAll(async () => {
  await createServer('paths')
  const columns = CASES.map(({ path, type }, i) => `c${i} ${type} OPTIONS (alias ${quoted(path)})`)
  await run(`CREATE SCHEMA paths;
    CREATE FOREIGN TABLE paths.pods (${columns.join(', ')})
      SERVER paths OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'default', label_selector 'app=menagerie');`)
})

describe('JSONPath', () => {
  it.each(CASES.map((one, i) => ({ ...one, i })))('$path as $type', async ({ i, want }) => {
    expect(await rows(`SELECT c${i} FROM paths.pods`)).toEqual([[want]])
  })
})
