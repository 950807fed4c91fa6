// The fields by which the API server selects; k8s.io/kubernetes lists those of the built-in kinds.
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../../src/cluster/resource.ts'
import type { JsonPath } from '../../../src/host.ts'
import { guessedField, selectableFields } from '../../../src/plan/selectable.ts'

const resource = (apiVersion: string, kind: string): Resource => ({
  apiVersion,
  kind,
  plural: '',
  singular: '',
  shortNames: [],
  namespaced: true,
})

describe('built-in kinds', () => {
  it.each([
    // ToSelectableFields in pkg/registry/core/pod/strategy.go of Kubernetes 1.34.
    {
      of: resource('v1', 'Pod'),
      labels:
        'spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork status.phase status.podIP status.nominatedNodeName',
    },
    { of: resource('v1', 'Secret'), labels: 'type' },
    { of: resource('batch/v1', 'Job'), labels: 'status.successful' },
    { of: resource('v1', 'ConfigMap'), labels: '' },
    { of: resource('example.com/v1', 'Pod'), labels: '' },
    { of: resource('v1', 'constructor'), labels: '' },
  ])('$of.kind', ({ of, labels }) => {
    const fields = selectableFields(of)
    expect(fields.map(({ label }) => label).join(' ')).toBe(labels)
  })

  it.each([
    { of: resource('v1', 'Pod'), label: 'spec.hostNetwork', path: 'spec.hostNetwork', type: 'bool' },
    {
      of: resource('batch/v1', 'Job'),
      label: 'status.successful',
      path: 'status.succeeded',
      type: 'integer',
    },
    { of: resource('v1', 'Event'), label: 'source', path: 'source.component', type: 'string' },
  ])('$label stands for $path, of type $type', ({ of, label, path, type }) => {
    expect(selectableFields(of)).toContainEqual({ label, path: path.split('.'), type })
  })
})

describe('custom resources', () => {
  const widget = resource('example.com/v1', 'Widget')

  it.each<{ path: JsonPath; label: string | null }>([
    { path: ['spec', 'color'], label: 'spec.color' },
    { path: ['status', 'a-b', 'c_d'], label: 'status.a-b.c_d' },
    { path: [], label: null },
    { path: ['metadata', 'uid'], label: null },
    { path: ['spec', 'list', 0], label: null },
    { path: ['spec', 'a.b'], label: null },
    { path: ['spec', 'a,b'], label: null },
  ])('$path', ({ path, label }) => {
    expect(guessedField(widget, path)?.label ?? null).toBe(label)
  })

  it('of a built-in kind nothing is guessed', () => {
    expect(guessedField(resource('v1', 'Pod'), ['spec', 'color'])).toBeNull()
    expect(guessedField(resource('apps/v2', 'Deployment'), ['spec', 'color'])).toBeNull()
  })
})
