// Sends one GET to an API server without k8s_fdw. The test runner must not be imported, because the suite's teardown
// uses this as well.
import { request } from 'node:https'

export interface Asked {
  readonly apiServer: string
  readonly ca: string
  readonly token: string
}

/** The body as text: numbers beyond 2^53 stay what they are. */
export const httpsGet = (
  { apiServer, ca, token }: Asked,
  path: string,
  accept = 'application/json',
): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept }
    const sent = request(new URL(path, apiServer), { ca, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(`GET ${path}: ${response.statusCode ?? 0} ${body}`))
      })
    })
    sent.once('error', reject)
    sent.end()
  })
