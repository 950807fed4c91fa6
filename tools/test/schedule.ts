// Decides which suites run at the same time.

export interface Shares {
  /** What only one suite at a time may use. */
  readonly shares?: readonly string[]
}

const disturbs = (a: Shares, b: Shares): boolean => a.shares?.some((one) => b.shares?.includes(one)) ?? false

/** Runs all in their order, at most `most` at once, and none beside one that shares something with it. */
export const runTogether = async <T extends Shares>(
  tasks: readonly T[],
  most: number,
  run: (task: T) => Promise<void>,
): Promise<void> => {
  const waiting = [...tasks]
  const running = new Map<T, Promise<void>>()
  const isFree = (task: T): boolean =>
    running.size < most && [...running.keys()].every((other) => !disturbs(task, other))
  while (waiting.length > 0) {
    const task = waiting.find(isFree)
    if (task === undefined) {
      await Promise.race(running.values())
      continue
    }
    waiting.splice(waiting.indexOf(task), 1)
    running.set(
      task,
      run(task).finally(() => running.delete(task)),
    )
  }
  await Promise.all(running.values())
}
