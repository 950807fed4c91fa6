// The extension's YAML reader finds in the kubeconfigs of real tools what kubectl finds in them. The kubeconfigs are
// those of sql/test/kubeconfig_clusters.sql.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inRoot } from '../../../tools/paths.ts'
import { kubeconfigAsRead } from '../support/kubectl.ts'
import { quoted, rows } from '../support/sql.ts'

interface Entry {
  readonly name: string
  readonly [field: string]: unknown
}

interface Config {
  readonly clusters: readonly Entry[]
  readonly contexts: readonly Entry[]
  readonly users: readonly Entry[]
  readonly 'current-context': string
}

const script = readFileSync(inRoot('sql/test/kubeconfig_clusters.sql'), 'utf8').replaceAll(/^--.*$/gm, '')
const literals = [...script.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"))
const hints = literals.filter((text) => text.includes('kubelogin is not installed'))
const kubeconfigs = literals
  .filter((text) => text.trimStart().startsWith('apiVersion: v1'))
  .flatMap((text) => (text.includes('<hint>') ? hints.map((hint) => text.replace('<hint>', hint)) : [text]))

const asKubectlReads = (yaml: string): Config => JSON.parse(kubeconfigAsRead(yaml)) as Config

const isNothing = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** kubectl leaves out what is empty, and adds its defaults. */
const told = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(told)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name, of]) => !isNothing(of) && name !== 'interactiveMode')
  return Object.fromEntries(kept.map(([name, of]) => [name, told(of)]))
}

const essence = ({ clusters, contexts, users, ...rest }: Config): unknown =>
  told({ clusters, contexts, users, current: rest['current-context'] })

describe('a kubeconfig of a tool', () => {
  it.each(kubeconfigs.map((yaml) => ({ yaml, title: /current-context: (.*)/.exec(yaml)?.[1] ?? '' })))(
    'is read as kubectl reads it: $title',
    async ({ yaml }) => {
      const [[read = ''] = []] = await rows(`SELECT k8s_fdw.yaml_to_jsonb(${quoted(yaml)})`)
      expect(essence(JSON.parse(read) as Config)).toEqual(essence(asKubectlReads(yaml)))
    },
  )

  it('is one of many', () => {
    expect(kubeconfigs.length).toBeGreaterThan(13)
    expect(hints.length).toBe(2)
  })
})
