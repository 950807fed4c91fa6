// Runs programs of the build itself, compiled to WASI. So no C library of the machine is involved, and the programs are
// 32-bit, as their output must be.
import { ConsoleStdout, Fd, File, OpenFile, WASI } from '@bjorn3/browser_wasi_shim'

/** Runs a command module with `input` on its standard input; returns what it wrote to its standard output. */
export function runWasi(module: Uint8Array, args: string[], input: Uint8Array): Uint8Array {
  const output: Uint8Array[] = []
  let errors = ''
  const fds: Fd[] = [
    new OpenFile(new File(input)),
    new ConsoleStdout((bytes) => output.push(bytes.slice())),
    new ConsoleStdout((bytes) => (errors += Buffer.from(bytes).toString())),
  ]
  const wasi = new WASI(['program', ...args], [], fds, { debug: false })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module as BufferSource), {
    wasi_snapshot_preview1: wasi.wasiImport,
  })
  const code = wasi.start(instance as Parameters<WASI['start']>[0])
  if (errors !== '') process.stderr.write(errors)
  if (code !== 0) throw new Error(`a build program ended with code ${code}:\n${errors}`)
  return Buffer.concat(output)
}
