// `object 'version'`: one row with what the API server says about itself.
import { isObject, ownField } from '../json/values.ts'
import { lacks, question, readAnswer } from './object.ts'
import type { VirtualObject } from './object.ts'
import { treePage } from '../cluster/trees.ts'

// The fields of version.Info in k8s.io/apimachinery.
const FIELDS =
  'major minor gitVersion gitCommit gitTreeState buildDate goVersion compiler platform emulationMajor emulationMinor minCompatibilityMajor minCompatibilityMinor'.split(
    ' ',
  )

function ownColumns(): { [name: string]: string[] } {
  const columns: { [name: string]: string[] } = {}
  for (const field of FIELDS)
    columns[field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = [field]
  return columns
}

export const VERSION_OBJECT: VirtualObject = {
  name: 'version',
  columns: ownColumns(),
  inputs: {},
  hasNamespace: false,
  steps: ({ api }) => [
    () => {
      const response = api.get('/version', '', 'application/json')
      const bytes = response.bodyBytes
      const asked = question('GET /version', 'get', '/version')
      const tree = readAnswer(api, response, asked)
      if (!isObject(tree) || typeof ownField(tree, 'gitVersion') !== 'string')
        throw lacks(asked, 'gitVersion')
      return treePage('version', [tree], bytes)
    },
  ],
}
