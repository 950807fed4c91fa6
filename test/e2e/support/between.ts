// A proxy in front of an API server that can hold, cut and precede requests. A server of SQL has a path of its
// own in it, and what happens to the requests of that path is the test's to say.
import { Agent, request } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Access } from './kubeconfig.ts'
import { provided } from './provided.ts'
import { serve } from './serving.ts'

export interface Passing {
  readonly method: string
  /** With its query, as the API server gets it. */
  readonly path: string
  readonly body: string
  /** Whether the API server is only to check it. */
  readonly isDry: boolean
}

/**
 * `cut before`: the API server never sees it. `cut after`: it has done it, and its answer is lost. `cut within`: a part of the
 * answer arrives.
 */
export type Fate = 'pass' | 'cut before' | 'cut after' | 'cut within'

/** Called before a request is sent on. */
export type Decide = (passing: Passing) => Fate | Promise<Fate>

export interface Between {
  /** The api_url of a path whose requests are decided on so. */
  readonly at: (name: string, decide: Decide) => string
  readonly close: () => Promise<void>
}

const bodyOf = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const isDry = (method: string, path: string, body: string): boolean =>
  path.includes('dryRun=All') || (method === 'DELETE' && body.includes('"dryRun"'))

const without = (headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))

/** Before the suite's API server, if none is given. */
export const startBetween = async (before?: Pick<Access, 'apiServer' | 'ca'>): Promise<Between> => {
  const { apiServer, ca } = before ?? provided()
  const agent = new Agent({ keepAlive: true, ca })
  const deciders = new Map<string, Decide>()

  const forward = (
    incoming: IncomingMessage,
    path: string,
    body: string,
    outgoing: ServerResponse,
    fate: Fate,
  ) => {
    const headers = without(incoming.headers, ['host', 'content-length', 'transfer-encoding'])
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
    const method = incoming.method ?? ''
    const sent = request(
      new URL(path, apiServer),
      { method, agent, headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const answer = Buffer.concat(chunks)
          if (fate === 'cut after') {
            outgoing.destroy()
            return
          }
          const given = without(response.headers, ['transfer-encoding', 'content-length'])
          outgoing.writeHead(response.statusCode ?? 502, { ...given, 'content-length': answer.length })
          if (fate === 'cut within')
            outgoing.write(answer.subarray(0, answer.length / 2), () => outgoing.destroy())
          else outgoing.end(answer)
        })
      },
    )
    sent.once('error', () => outgoing.destroy())
    sent.end(body)
  }

  const serving = await serve((incoming, outgoing) => {
    void (async () => {
      const [, name = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(incoming.url ?? '') ?? []
      const method = incoming.method ?? ''
      const body = await bodyOf(incoming)
      const passing = { method, path: rest, body, isDry: isDry(method, rest, body) }
      const fate = (await deciders.get(name)?.(passing)) ?? 'pass'
      // Whoever asked may be gone meanwhile.
      if (fate === 'cut before' || outgoing.destroyed) outgoing.destroy()
      else forward(incoming, rest, body, outgoing, fate)
    })().catch(() => outgoing.destroy())
  })
  return {
    at: (name, decide) => {
      deciders.set(name, decide)
      return `${serving.url}/${name}`
    },
    close: async () => {
      agent.destroy()
      await serving.close()
    },
  }
}
