// The C compiler: LLVM as a WebAssembly package from npm, pinned by the lock file, in a file system of its own. No
// compiler of the machine is used.
import type { Tree } from '@yowasp/clang'
import { kept, tool } from './kept.ts'

/** The paths of files, with or without folders, and what they contain. */
export type Files = Record<string, string | Uint8Array>

/** The files as a tree of folders, which is the form that the compiler takes. */
function treeOf(files: Files): Tree {
  const root: Tree = {}
  for (const [path, content] of Object.entries(files)) {
    const folders = path.split('/')
    const name = folders.pop() as string
    let at = root
    for (const folder of folders) at = (at[folder] ??= {}) as Tree
    at[name] = content
  }
  return root
}

/** Compiles or links: runs `args` over `files`, and returns `output`, or another file that it `made` on the way. */
export async function clang(
  args: string[],
  files: Files,
  output: string,
  made = output,
): Promise<Uint8Array> {
  const inputs = [
    tool('@yowasp/clang'),
    ...args,
    ...Object.keys(files).flatMap((name) => [name, files[name] as string | Uint8Array]),
  ]
  return await kept(made, inputs, () => run(args, files, output, made))
}

async function run(args: string[], files: Files, output: string, wanted: string): Promise<Uint8Array> {
  let messages = ''
  const print = (bytes: Uint8Array | null) => {
    if (bytes) messages += Buffer.from(bytes).toString()
  }
  // Loaded only here, because it takes a quarter of a second, and the tests mostly find everything in the cache.
  const { commands, Exit, runLLVM } = await import('@yowasp/clang')
  let tree: Tree
  try {
    // This loads the compiler separately, because the driver would report the loading on standard output.
    await runLLVM(undefined, {}, { fetchProgress: () => undefined })
    const options = { stdout: print, stderr: print }
    tree = (await commands.clang([...args, '-o', output], treeOf(files), options)) as Tree
  } catch (error) {
    if (error instanceof Exit) throw new Error(`clang ${args.join(' ')}:\n${messages}`)
    throw error
  }
  const made = tree[wanted]
  // A file that is text comes as a string.
  if (typeof made === 'string') return Buffer.from(made)
  if (!(made instanceof Uint8Array)) throw new Error(`clang made no ${wanted}:\n${messages}`)
  return made
}
