// Every statement of docs/changing.md runs as it stands, in the order of the page, and kubectl finds what it says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage, sqlBlocks } from '../../support/markdown.ts'
import { kubectl } from '../support/kubectl.ts'
import { apply } from '../support/manifests.ts'
import { remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { run } from '../support/sql.ts'

const staging = (...args: string[]): string => kubectl([...args, '-n', 'staging'])
const read = (of: string, path: string): string => staging('get', of, '-o', `jsonpath=${path}`)

beforeAll(async () => {
  await apply(suiteApi(), 'changing.yaml')
  await createServer('changing_docs')
  // Supabase has this role.
  await run('CREATE ROLE authenticated')
})

afterAll(async () => {
  await run(`SET client_min_messages = error;
    DROP SCHEMA writable CASCADE; DROP SERVER changing_docs CASCADE;
    DROP TABLE public.k8s_deployments_queue; DROP FUNCTION public.k8s_deployments_change();
    DROP OWNED BY authenticated, release_manager; DROP ROLE authenticated, release_manager;`)
  staging('delete', 'deployments,configmaps', '--all', '--wait=false')
  await remove('/api/v1/nodes/worker-1')
  await remove('/api/v1/namespaces/staging')
})

const BOTH = 'serviceaccount/web\nconfigmap/web'
/** After each of the statements about manifests. */
const KEPT = ['', BOTH, 'serviceaccount/web']

/** What is there after the statements of a section. */
const AFTER: Readonly<Record<string, () => void>> = {
  'What happens when': () => expect(read('deployment/web', '{.spec.replicas}')).toBe('1'),
  'Writable views': () =>
    expect(
      staging('get', 'deployments', '-o', 'jsonpath={.items[*].metadata.name}{.items[*].spec.replicas}'),
    ).toMatch(/^web (worker1 1|web-canary worker1 1 1)$/),
  Scale: () => expect(read('deployment/web', '{.spec.replicas}')).toBe('3'),
  Restart: () =>
    expect(read('deployment/web', '{.spec.template.metadata.annotations}')).toMatch(
      /"kubectl.kubernetes.io\/restartedAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/,
    ),
  'Label many': () =>
    expect(staging('get', 'deployments', '-l', 'team=shop', '-o', 'name').trim().split('\n')).toHaveLength(2),
  'Cordon a node': () =>
    expect(kubectl(['get', 'node', 'worker-1', '-o', 'jsonpath={.spec.unschedulable}'])).toBe(''),
  'Make and copy ConfigMaps': () =>
    expect(read('configmap/greeting-copy', '{.data}')).toBe('{"de":"hallo","en":"hello"}'),
  Delete: () =>
    expect(staging('get', 'configmaps', '-o', 'name').trim().split('\n')).toEqual([
      'configmap/greeting',
      'configmap/greeting-2',
    ]),
  'Apply manifests': () =>
    expect(staging('get', 'serviceaccounts,configmaps', '-l', 'kept-in=postgres', '-o', 'name').trim()).toBe(
      KEPT.shift(),
    ),
  'Copy objects to another cluster': () =>
    expect(read('configmap/greeting', '{.metadata.managedFields[*].operation}')).toContain('Apply'),
  'supabase-js': () => expect(read('deployment/web', '{.spec.replicas}')).toBe('3'),
  'Least rights in Postgres': () =>
    expect(read('deployment/worker', '{.metadata.labels.release}')).toBe('42'),
}

describe('docs/changing.md', () => {
  const checked = new Set<string>()
  for (const { title, sql, printed } of sqlBlocks(readPage('docs/changing.md'))) {
    it(title, async () => {
      const messages = await run(sql.replaceAll(/server (kind|west)/g, 'server changing_docs'))
      expect(messages.replaceAll(/^DETAIL: {2}Wrappers\n?/gm, '').trim()).toBe((printed ?? '').trim())
      const heading = Object.keys(AFTER).find((one) => title.includes(one))
      if (heading !== undefined) {
        AFTER[heading]?.()
        checked.add(heading)
      }
    })
  }

  it('was looked at behind each recipe', () => {
    expect([...checked].sort()).toEqual(Object.keys(AFTER).sort())
  })
})
