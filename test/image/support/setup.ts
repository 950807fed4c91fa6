// What all files of the suite image need once: the engine, the images that stand in, a cluster beside the containers,
// and the end of all that.
import type { TestProject } from 'vitest/node'
import { postgresMajor } from '../../../tools/build/parts.ts'
import type { Reason } from '../../support/left-out.ts'
import { attempt, configure, forget, NETWORK, run, sweep, until } from './engine.ts'
import { baseName, HOSTS, makeStandIns, startCluster, type Host } from './stand-ins.ts'

export interface Engine {
  /** Why no container of that host can run here. */
  readonly whyNot: Readonly<Record<Host, Reason>>
  readonly major: string
  /** Of the cluster, as another container calls it. */
  readonly kubeconfig: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    engine: Engine
  }
}

const KUBECONFIG = '/etc/rancher/k3s/k3s.yaml'

const reason = async (): Promise<Reason> => {
  const said = process.env['K8S_FDW_NO_ENGINE']
  if (said !== undefined) return said
  // A storage that lay elsewhere, or that another podman has made, is made anew.
  if ((await attempt(['podman', 'info'])).code !== 0) {
    forget()
    configure()
  }
  const { code, stderr } = await attempt(['podman', 'info'])
  return code === 0 ? undefined : `podman does not run here: ${stderr.trim().split('\n').at(-1)}`
}

const kubeconfig = async (): Promise<string> => {
  await startCluster(NETWORK)
  const read = ['podman', 'exec', 'k8s_fdw_cluster', 'cat', KUBECONFIG]
  await until(
    'a kubeconfig in the cluster',
    async () => (await attempt(read)).code === 0,
    () => run(['podman', 'logs', 'k8s_fdw_cluster']),
  )
  return (await run(read)).replace('https://127.0.0.1:6443', 'https://cluster:6443')
}

export default async (project: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const major = postgresMajor()
  configure()
  const noEngine = await reason()
  const of = (host: Host): Reason =>
    noEngine ??
    (baseName(host, major) === undefined ? `the image has no base for Postgres ${major}` : undefined)
  const whyNot = { own: of('own'), wrappers: of('wrappers') }
  if (HOSTS.every((host) => whyNot[host] !== undefined)) {
    project.provide('engine', { whyNot, major, kubeconfig: '' })
    return undefined
  }
  await sweep()
  await makeStandIns(major)
  project.provide('engine', { whyNot, major, kubeconfig: await kubeconfig() })
  return async () => {
    await sweep()
    await run(['podman', 'image', 'prune', '--force'])
  }
}
