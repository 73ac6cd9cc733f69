import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An EHR in a process of its own: a resource of 2 kB, Bundles of any size, and an answer without end. */
const server = createServer((request, response) => {
  const base = `http://${request.headers.host}/fhir`
  const [, , type, size = '1'] = (request.url ?? '').split(/[/?]/)
  request.resume()
  if (type === 'Endless') {
    void endless(Number(size), response)
    return
  }
  const body = type === 'Patient' ? patient(base, 0) : bundle(base, Number(size), type === 'Plain')
  const bytes = Buffer.from(body)
  response
    .writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': bytes.length })
    .end(bytes)
})

const cache = new Map<string, string>()

/** About 2 kB, as patients are. */
function patient(base: string, index: number): string {
  return JSON.stringify({
    resourceType: 'Patient',
    id: `p-${index}`,
    text: { status: 'generated', div: `<div>${'x'.repeat(1_400)}</div>` },
    identifier: [{ system: 'http://hospital.example/ids', value: String(index) }],
    name: [{ family: 'Okonkwo', given: ['Adaeze', 'Ruth'] }],
    generalPractitioner: [{ reference: 'Practitioner/1' }],
    managingOrganization:
      index === 0 ? { reference: 'Organization/1' } : { reference: `${base}/Organization/1` },
  })
}

function bundle(base: string, entries: number, isPlain: boolean): string {
  const key = `${entries} ${isPlain}`
  const at = isPlain ? 'http://elsewhere.example/fhir' : base
  const made =
    cache.get(key) ??
    `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"${at}?_getpages=1"}],"entry":[${Array.from(
      { length: entries },
      (_, index) => `{"fullUrl":"${at}/Patient/p-${index}","resource":${patient(at, index + 1)}}`,
    ).join(',')}]}`
  cache.set(key, made)
  return made
}

/** So many bytes of a Bundle, no faster than they are taken. */
async function endless(bytes: number, response: import('node:http').ServerResponse) {
  response.writeHead(200, { 'content-type': 'application/fhir+json' })
  response.write('{"resourceType":"Bundle","type":"searchset","entry":[{}')
  const entry = Buffer.from(`,{"resource":${patient('http://elsewhere.example', 1)}}`.repeat(30))
  for (let sent = 0; sent < bytes; sent += entry.length) {
    if (!response.write(entry)) await new Promise((resolve) => response.once('drain', resolve))
  }
  response.end(']}')
}

server.listen(0, 'localhost', () => {
  process.send?.((server.address() as AddressInfo).port)
})
