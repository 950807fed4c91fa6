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
