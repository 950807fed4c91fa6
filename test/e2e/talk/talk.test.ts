// The talk's statements, as they stand, give exactly the talk's rows.
import { beforeAll, describe, expect, it } from 'vitest'
import { talkSql, type TalkFile } from '../../../tools/demo/talk.ts'
import { readPage, sqlBlocks } from '../../support/markdown.ts'
import { isOwn } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { rows, run, screen } from '../support/sql.ts'

const talk = (file: TalkFile): string => talkSql(file, provided().kubeconfig)

const COREDNS = { 'k8s-app': 'kube-dns', 'pod-template-hash': '6f685fffbf' }
const PODS = [
  ['coredns-6f685fffbf-7xrtp', 'coredns:1.2.6', COREDNS],
  ['coredns-6f685fffbf-nzfn7', 'coredns:1.2.6', COREDNS],
  ['etcd-master', 'etcd:3.2.24', { tier: 'control-plane', component: 'etcd' }],
  ['kube-apiserver-master', 'kube-apiserver:v1.12.1', { tier: 'control-plane', component: 'kube-apiserver' }],
  [
    'kube-controller-manager-master',
    'kube-controller-manager:v1.12.1',
    { tier: 'control-plane', component: 'kube-controller-manager' },
  ],
  [
    'kube-proxy-lk2mq',
    'kube-proxy:v1.12.1',
    { 'k8s-app': 'kube-proxy', 'pod-template-generation': '1', 'controller-revision-hash': '6cbfff58bb' },
  ],
  ['kube-scheduler-master', 'kube-scheduler:v1.12.1', { tier: 'control-plane', component: 'kube-scheduler' }],
] as const

const image = (name: string): string => `k8s.gcr.io/${name}`

beforeAll(async () => {
  await run(talk('server'))
  await run(talk('tables'))
})

describe("the talk's statements", () => {
  it('can be run a second time', async () => {
    await run(talk('server'))
    await run(talk('tables'))
  })

  it('SELECT * FROM pods', async () => {
    const got = (await rows(talk('select-all'))).map(([name, namespace, container, labels]) => [
      name,
      namespace,
      container,
      JSON.parse(labels ?? '') as unknown,
    ])
    expect(got).toEqual(
      PODS.map(([name, container, labels]) => [name, 'kube-system', image(container), labels]),
    )
  })

  it('SELECT name, labels FROM pods', async () => {
    const got = (await rows(talk('select-labels'))).map(([name, labels]) => [
      name,
      JSON.parse(labels ?? '') as unknown,
    ])
    expect(got).toEqual(PODS.map(([name, , labels]) => [name, labels]))
  })

  it("SELECT name, container, labels->'component' AS component FROM pods", async () => {
    expect(await rows(talk('select-component'))).toEqual(
      PODS.map(([name, container, labels]) => [
        name,
        image(container),
        'component' in labels ? `"${labels.component}"` : '∅',
      ]),
    )
  })

  it('the join of three kinds', async () => {
    expect((await rows(talk('join'))).sort()).toEqual([
      ['coredns', 'coredns-6f685fffbf', 'coredns-6f685fffbf-7xrtp'],
      ['coredns', 'coredns-6f685fffbf', 'coredns-6f685fffbf-nzfn7'],
    ])
  })

  it('what psql prints', async () => {
    expect(await screen(talk('select-component')))
      .toBe(`              name              |                 container                  |         component         
--------------------------------+--------------------------------------------+---------------------------
 coredns-6f685fffbf-7xrtp       | k8s.gcr.io/coredns:1.2.6                   | 
 coredns-6f685fffbf-nzfn7       | k8s.gcr.io/coredns:1.2.6                   | 
 etcd-master                    | k8s.gcr.io/etcd:3.2.24                     | "etcd"
 kube-apiserver-master          | k8s.gcr.io/kube-apiserver:v1.12.1          | "kube-apiserver"
 kube-controller-manager-master | k8s.gcr.io/kube-controller-manager:v1.12.1 | "kube-controller-manager"
 kube-proxy-lk2mq               | k8s.gcr.io/kube-proxy:v1.12.1              | 
 kube-scheduler-master          | k8s.gcr.io/kube-scheduler:v1.12.1          | "kube-scheduler"
(7 rows)

`)
  })

  it.each(['README.md', 'docs/index.md'])('what %s shows first, and its screen', async (path) => {
    const block = sqlBlocks(readPage(path))[0]
    const printed = await screen((block?.sql ?? '').replace("'/kubeconfig'", `'${provided().kubeconfig}'`))
    expect(block?.sql).toContain(talk('select-component').trim())
    expect(printed.replaceAll(/ +$/gm, '').trim()).toBe(block?.printed?.trim())
  })

  it('EXPLAIN shows the quals and the target columns', async () => {
    const plan = (await rows(talk('explain'))).flat().join('\n')
    expect(plan).toContain('Foreign Scan on pods')
    expect(plan).toContain('etcd-master')
    // Our own host shows what Postgres itself knows, and with ANALYZE what the requests came to.
    if (!isOwn) expect(plan).toContain('container')
  })
})
