// `make bench`: builds, starts, compares, measures and prints. It fails if the rows of two contenders differ, and never
// because of a time.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { dirname } from 'node:path'
import { codeBytes } from '../component/build/component.ts'
import { buildCluster, buildComponent, buildHost, buildKubectl, buildLibrary } from '../tools/build/parts.ts'
import { sweep } from '../test/support/sweep.ts'
import { runFolder, takeDown } from '../tools/services/session.ts'
import { elapsed, say, StepFailed } from '../tools/step.ts'
import { buildEngine, buildReference } from './build/parts.ts'
import { CONTENDERS, type Contender } from './contenders.ts'
import { benchFleet } from './fleet.ts'
import { benchKept } from './kept.ts'
import { rowsFrom } from './kubectl.ts'
import { machine, versions } from './machine.ts'
import { readOptions, type Options } from './options.ts'
import { LATEST, LATEST_FLEET, LATEST_KEPT, PUBLISHED_JSON, PUBLISHED_PICTURE } from './paths.ts'
import { picture } from './picture.ts'
import { startRecorder, type Recorder } from './recorder.ts'
import type { ContenderResult, Results, WorkloadResult } from './results.ts'
import { LONGEST_MS, runWorkload, type Ring } from './rounds.ts'
import { createTables, startServers, type Servers } from './servers.ts'
import { renderFleet, renderKept, renderTable, time } from './table.ts'
import { FAR_MS, LARGE_FACTOR, LARGE_IDS, SMALL_SET, smallOf, workloads, type Workload } from './workloads.ts'

/** 100,000 pods take minutes to create. */
const needsLargeSet = ({ quick, workloads: chosen }: Options): boolean =>
  !quick && (chosen.length === 0 || chosen.some((id) => LARGE_IDS.includes(id)))

/** The part of the free memory that may be used. */
const FREE_PART = 0.8

const chosen = <T extends { readonly id: string }>(all: readonly T[], ids: readonly string[]): T[] => {
  const unknown = ids.filter((id) => !all.some((one) => one.id === id))
  if (unknown.length > 0) {
    throw new Error(`no ${unknown.join(', ')}; there are: ${all.map((one) => one.id).join(', ')}`)
  }
  return all.filter((one) => ids.length === 0 || ids.includes(one.id))
}

const buildFor = (contender: Contender): Promise<void> => {
  switch (contender.id) {
    case 'quickjs':
    case 'starlingmonkey':
      return buildEngine(contender.id)
    case 'reference':
      return buildReference()
    default:
      return Promise.resolve()
  }
}

/** A contender that cannot be built is left out, but our own component and the reference must be there. */
const buildContenders = async (contenders: readonly Contender[]): Promise<Map<string, string>> => {
  const leftOut = new Map<string, string>()
  for (const contender of contenders) {
    try {
      await buildFor(contender)
    } catch (error) {
      if (!(error instanceof StepFailed) || contender.id === 'reference') throw error
      leftOut.set(contender.id, `it can't be built: see .cache/logs/bench-${contender.id}.log`)
    }
  }
  return leftOut
}

const describe = (contender: Contender, leftOut: string | undefined): ContenderResult => {
  const { id, label } = contender
  if (leftOut !== undefined) return { id, label, leftOut }
  if (contender.type !== 'component') return { id, label }
  const wasm = readFileSync(contender.wasm)
  return { id, label, bytes: wasm.length, codeBytes: codeBytes(wasm) }
}

/** Who would take too long or too much memory for 100,000 pods, by what 5,000 took; a backend reads page by page. */
const tooMuch = (workload: Workload, done: readonly WorkloadResult[]): Map<string, string> => {
  const found = new Map<string, string>()
  const small = workload.large ? done.find((one) => one.id === smallOf(workload)) : undefined
  for (const cell of small?.cells ?? []) {
    const ms = (cell.warm ?? 0) * LARGE_FACTOR
    const isCommand = CONTENDERS.some((one) => one.id === cell.contender && one.type === 'command')
    const bytes = isCommand ? (cell.peakBytes ?? 0) * LARGE_FACTOR : 0
    if (cell.none !== undefined) found.set(cell.contender, cell.none)
    else if (ms > LONGEST_MS) found.set(cell.contender, `not run: it would take some ${time(ms)}`)
    else if (bytes > freemem() * FREE_PART) {
      found.set(cell.contender, `not run: it would take some ${(bytes / 2 ** 30).toFixed(0)} GiB of memory`)
    }
  }
  return found
}

const podName = async (servers: Servers): Promise<string> => {
  const target = { kubeconfig: servers.kubeconfig, server: undefined }
  const query = `k get pods -n ${SMALL_SET.namespace} -o jsonpath='{.items[1234].metadata.name}'`
  return (await rowsFrom(target, query)).trim()
}

const runAll = async (ring: Ring, options: Options): Promise<WorkloadResult[]> => {
  const done: WorkloadResult[] = []
  const all = workloads(await podName(ring.servers)).filter((workload) => !(options.quick && workload.large))
  for (const workload of chosen(all, options.workloads)) {
    say(`${workload.label}: ${workload.sql.replaceAll(/\s+/g, ' ')}`)
    const rounds = workload.large ? options.largeRounds : options.rounds
    const cells = await runWorkload(ring, workload, rounds, tooMuch(workload, done))
    done.push({ id: workload.id, label: workload.label, charted: workload.charted, cells })
  }
  return done
}

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  say(`wrote ${file}`)
}

const bench = async (options: Options): Promise<Results> => {
  const contenders = chosen(CONTENDERS, options.contenders)
  if (!options.asBuilt) await buildComponent()
  await buildHost('current')
  await buildLibrary()
  await buildCluster()
  await buildKubectl()
  const leftOut = await buildContenders(contenders)
  await sweep()
  const run = runFolder(`bench-${process.pid}`)
  let recorder: Recorder | undefined
  let far: Recorder | undefined
  try {
    const servers = await startServers(run, needsLargeSet(options))
    recorder = await startRecorder(servers.access)
    far = await startRecorder(servers.access, FAR_MS)
    const taking = contenders.filter((contender) => !leftOut.has(contender.id))
    for (const contender of taking) {
      const fronts = { recorder: recorder.url, far: far.url }
      if (contender.type === 'component') await createTables(servers, run, contender, fronts)
    }
    const ring: Ring = {
      servers,
      recorder,
      contenders: taking,
      say: (line) => process.stdout.write(`${line}\n`),
    }
    const done = await runAll(ring, options)
    return {
      date: new Date().toISOString().slice(0, 10),
      quick: options.quick,
      machine: machine(),
      versions: versions(servers.database.psql),
      contenders: contenders.map((contender) => describe(contender, leftOut.get(contender.id))),
      workloads: done,
    }
  } finally {
    recorder?.close()
    far?.close()
    await takeDown(run)
  }
}

const buildForHosts = async (asBuilt: boolean): Promise<void> => {
  if (!asBuilt) await buildComponent()
  await buildHost('current')
  await buildLibrary()
  await buildCluster()
  await sweep()
}

const keptOnly = async ({ asBuilt, pods, standIn }: Options): Promise<void> => {
  await buildForHosts(asBuilt)
  const results = await benchKept(pods, standIn)
  process.stdout.write(`\n${renderKept(results)}\n\n`)
  write(LATEST_KEPT, `${JSON.stringify(results, null, 2)}\n`)
}

const fleetOnly = async ({ asBuilt, clusters }: Options): Promise<void> => {
  await buildForHosts(asBuilt)
  const results = await benchFleet(clusters)
  process.stdout.write(`\n${renderFleet(results)}\n\n`)
  write(LATEST_FLEET, `${JSON.stringify(results, null, 2)}\n`)
}

const contend = async (options: Options): Promise<void> => {
  const results = await bench(options)
  process.stdout.write(`\n${renderTable(results)}\n\n`)
  write(LATEST, `${JSON.stringify(results, null, 2)}\n`)
  if (options.publish) {
    write(PUBLISHED_JSON, `${JSON.stringify(results, null, 2)}\n`)
    write(PUBLISHED_PICTURE, picture(results))
  }
}

const begun = Date.now()
try {
  const options = readOptions(process.argv.slice(2))
  await (options.kept ? keptOnly : options.fleet ? fleetOnly : contend)(options)
  say(`done in ${elapsed(begun)}`)
} catch (error) {
  if (!(error instanceof StepFailed)) say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
