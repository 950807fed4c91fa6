// The command line of the benchmark.
import { parseArgs } from 'node:util'

export interface Options {
  /** Few rounds, without the workloads of 100,000 pods. */
  readonly quick: boolean
  /** Also writes docs/benchmark.json and docs/benchmark.svg. */
  readonly publish: boolean
  /** Takes dist/k8s_fdw.wasm as it is. */
  readonly asBuilt: boolean
  readonly rounds: number
  /** The number of rounds of the workloads with 100,000 pods. */
  readonly largeRounds: number
  /** Measures kept tables, of so many pods, and nothing else. */
  readonly kept: boolean
  readonly pods: number
  /** Measures so many clusters that are far away, and nothing else. */
  readonly fleet: boolean
  readonly clusters: number
  /** A stand-in has them in place of a real API server. */
  readonly standIn: boolean
  /** Ids; empty for all. */
  readonly contenders: readonly string[]
  readonly workloads: readonly string[]
}

const words = (text: string | undefined): string[] => (text === undefined ? [] : text.split(','))

const positive = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise
  if (!/^[1-9][0-9]*$/.test(text)) throw new Error(`--${name} is ${text}: it takes a number from 1 on`)
  return Number(text)
}

/** @throws {Error} for what there is no option for. */
export const readOptions = (argv: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      'as-built': { type: 'boolean', default: false },
      kept: { type: 'boolean', default: false },
      pods: { type: 'string' },
      fleet: { type: 'boolean', default: false },
      clusters: { type: 'string' },
      'stand-in': { type: 'boolean', default: false },
      rounds: { type: 'string' },
      contenders: { type: 'string' },
      workloads: { type: 'string' },
    },
  })
  const options: Options = {
    quick: values.quick,
    publish: values.publish,
    asBuilt: values['as-built'],
    kept: values.kept,
    standIn: values['stand-in'],
    fleet: values.fleet,
    clusters: positive('clusters', values.clusters, 8),
    pods: positive('pods', values.pods, 100_000),
    rounds: positive('rounds', values.rounds, values.quick ? 3 : 7),
    largeRounds: positive('rounds', values.rounds, 3),
    contenders: words(values.contenders),
    workloads: words(values.workloads),
  }
  if (options.publish && options.workloads.length > 0) {
    throw new Error('--publish is for a run of all workloads: leave --workloads out')
  }
  return options
}
