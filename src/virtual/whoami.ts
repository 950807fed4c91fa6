// `object 'whoami'`: one row with the user that the API server takes the token for.
import { isObject, ownField } from '../json/values.ts'
import { lacks, membersByName, question, readAnswer } from './object.ts'
import type { VirtualObject } from './object.ts'
import { treePage } from '../cluster/trees.ts'

const PATH = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

export const WHOAMI_OBJECT: VirtualObject = {
  name: 'whoami',
  columns: membersByName(['username', 'uid', 'groups', 'extra']),
  inputs: {},
  hasNamespace: false,
  steps: ({ api }) => [
    () => {
      const response = api.post(PATH, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      })
      const bytes = response.bodyBytes
      const asked = question(
        `POST ${PATH}`,
        'create',
        'selfsubjectreviews.authentication.k8s.io',
        'the API server must be of Kubernetes 1.28 or newer to say who a user is',
      )
      const user = ownField(ownField(readAnswer(api, response, asked), 'status'), 'userInfo')
      if (!isObject(user)) throw lacks(asked, 'status.userInfo')
      return treePage('whoami', [user], bytes)
    },
  ],
}
