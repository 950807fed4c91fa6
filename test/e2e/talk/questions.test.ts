// What the demo asks at its end, as it stands, over the talk's objects.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list } from '../support/oracle.ts'
import { talkSql, type TalkFile } from '../../../tools/demo/talk.ts'
import { provided } from '../support/provided.ts'
import { rows, run, session } from '../support/sql.ts'

const talk = (file: TalkFile): string => talkSql(file, provided().kubeconfig)

const answer = async (question: TalkFile): Promise<string[][]> => {
  const { rows: found, messages } = await session(`SET client_min_messages = warning; ${talk(question)}`)
  expect(messages).toBe('')
  return found
}

describe("the demo's questions", () => {
  beforeAll(async () => {
    await run(
      `SET client_min_messages = error; DROP SCHEMA IF EXISTS cluster CASCADE; ${talk('server')} ${talk('tables')}`,
    )
  })

  afterAll(async () => {
    await run(
      'SET client_min_messages = error; DROP SCHEMA IF EXISTS cluster CASCADE; DROP TABLE IF EXISTS teams;',
    )
  })

  it('join: each pod once, with the team of its label', async () => {
    const pods = await list('/api/v1/namespaces/kube-system/pods')
    const teams: Record<string, string[]> = {
      'kube-dns': ['Network', '#dns'],
      etcd: ['Storage', '#etcd-on-call'],
      'kube-apiserver': ['Platform', '#api'],
    }
    const expected = pods.map(({ metadata: { name, labels = {} } }) => [
      name,
      ...(teams[labels['component'] ?? labels['k8s-app'] ?? ''] ?? ['∅', '∅']),
    ])
    expect(new Set(await answer('ask-join'))).toEqual(new Set(expected))
  })

  it('tree: the Deployment, its ReplicaSet and its pods', async () => {
    const names = (await answer('ask-tree')).map((row) => row.join(' '))
    for (const name of [
      'Deployment/coredns',
      'ReplicaSet/coredns-6f685fffbf',
      'Pod/coredns-6f685fffbf-7xrtp',
    ])
      expect(names.join('\n')).toContain(name)
    // How many views were made stands before them.
    expect(names.length).toBe(1 + 4)
  })

  it('check: all is well', async () => {
    expect((await answer('ask-check')).map(([, ok]) => ok)).toEqual(expect.arrayContaining(['t']))
    expect((await answer('ask-check')).map(([, ok]) => ok)).not.toContain('f')
  })

  it('controls: the worst first, and what it counts is in kube-system', async () => {
    const found = await answer('ask-controls')
    expect(found.length).toBe(8)
    const order = ['critical', 'high', 'medium', 'low']
    const severities = found.map(([severity = '']) => order.indexOf(severity))
    expect(severities).toEqual([...severities].sort())
    const [[, title = '', count = ''] = []] = found
    expect(
      await rows(`SELECT count(*) FROM k8s_fdw.controls('cluster') WHERE status = 'alarm'
        AND namespace = 'kube-system' AND title = '${title}'`),
    ).toEqual([[count]])
  })
})
