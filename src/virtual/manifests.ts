// `object 'manifests'`: a table that is there for INSERT (src/write/), and shows nothing.
import { KEY_COLUMN } from '../cluster/identity.ts'
import { MANIFESTS, MANIFEST_COLUMN, notInsert } from '../session/write-options.ts'
import { membersByName } from './object.ts'
import type { VirtualObject } from './object.ts'

export const MANIFESTS_OBJECT: VirtualObject = {
  name: MANIFESTS,
  columns: membersByName([MANIFEST_COLUMN, KEY_COLUMN]),
  inputs: {},
  hasNamespace: true,
  steps: () => {
    throw notInsert()
  },
}
