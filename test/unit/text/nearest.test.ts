// The name that was probably meant.
import { describe, expect, it } from 'vitest'
import { nearest } from '../../../src/text/nearest.ts'

describe('nearest names', () => {
  const names = ['Pod', 'Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet', 'Node']
  it.each([
    { input: 'pods', want: ['Pod'] },
    { input: 'Deplyoment', want: ['Deployment'] },
    { input: 'replicaset', want: ['ReplicaSet'] },
    { input: 'nod', want: ['Node', 'Pod'] },
    { input: 'Xylophone', want: [] },
  ])('$input', ({ input, want }) => {
    expect(nearest(input, names, 2)).toEqual(want)
  })
})

it('two neighbours that are swapped are one edit, at the beginning too', () => {
  // Names of up to five letters may have one edit.
  expect(nearest('ab', ['ba'], 1)).toEqual(['ba'])
  expect(nearest('opd', ['pod'], 1)).toEqual(['pod'])
  expect(nearest('abcd', ['badc'], 1)).toEqual([])
})

it('a very long name is near none', () => {
  const name = 'x'.repeat(101)
  expect(nearest(name, [name], 1)).toEqual([])
})
