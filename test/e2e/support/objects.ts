// Creates objects in the suite's API server that no seed set has, without k8s_fdw. Objects of another test must not be
// changed.
import { suiteApi } from './oracle.ts'

export const create = (path: string, object: object): Promise<void> => suiteApi().create(path, object)

export const remove = (path: string): Promise<void> => suiteApi().remove(path)

export const patchStatus = (path: string, status: object): Promise<void> =>
  suiteApi().patch(`${path}/status`, { status })
