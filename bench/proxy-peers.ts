/**
 * The EHR and its callers, in one process that never sleeps: nobody between them pays for waking it,
 * as nobody does on a network. Both speak HTTP by hand, in a tenth of the time that a client takes.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { bundle, type LoadOrder, type LoadResult, patient } from './proxy-content.ts'

const HEAD_END = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

const answers = new Map<string, Buffer>()
let base = ''

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined)
  socket.on('data', (data) => {
    const request = data.toString('latin1')
    if (!request.endsWith(HEAD_END)) throw new Error('a request came in pieces')
    const path = request.slice('GET '.length, request.indexOf(' ', 'GET '.length))
    if (path.startsWith('/fhir/Endless/')) void endless(Number(path.split('/')[3]), socket)
    else socket.write(answerTo(path))
  })
})

/** A resource of 2 kB, or a Bundle of so many, of which all but the address is made once. */
function answerTo(path: string): Buffer {
  const known = answers.get(path)
  if (known) return known
  const [, , type, size = '1'] = path.split('/')
  const body = Buffer.from(type === 'Patient' ? patient(base, 0) : bundle(base, Number(size)))
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: ${body.byteLength}`
  const answer = Buffer.concat([Buffer.from(head + HEAD_END), body])
  answers.set(path, answer)
  return answer
}

/** So many bytes of a Bundle, no faster than they are taken. */
async function endless(bytes: number, socket: Socket) {
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked${HEAD_END}`,
  )
  const chunk = (content: string) =>
    Buffer.from(`${Buffer.byteLength(content).toString(16)}\r\n${content}\r\n`)
  socket.write(chunk('{"resourceType":"Bundle","type":"searchset","entry":[{}'))
  const entries = chunk(`,{"resource":${patient('http://elsewhere.example', 1)}}`.repeat(30))
  for (let sent = 0; sent < bytes; sent += entries.byteLength) {
    if (!socket.write(entries)) await new Promise((resolve) => socket.once('drain', resolve))
  }
  socket.write(chunk(']}'))
  socket.write(LAST_CHUNK)
}

/** Asks for one thing over one connection, one time after the other. */
function caller(origin: string, path: string) {
  const { port, hostname, host } = new URL(origin)
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}${HEAD_END}`
  const socket = connect({ port: Number(port), host: hostname, noDelay: true })
  /** Bytes of the body that are still to come; `undefined` before a head, `NaN` in chunks. */
  let left: number | undefined
  let done: (() => void) | undefined
  const begin = (head: string) => {
    if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`was answered ${head.slice(0, 40)}`)
    return Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN)
  }
  socket.on('error', (error) => {
    throw error
  })
  socket.on('data', (data) => {
    let body = data
    if (left === undefined) {
      const end = data.indexOf(HEAD_END)
      left = begin(data.toString('latin1', 0, end))
      body = data.subarray(end + HEAD_END.length)
    }
    const isLast = Number.isNaN(left)
      ? body.toString('latin1', Math.max(0, body.byteLength - LAST_CHUNK.length)) === LAST_CHUNK
      : left === body.byteLength
    left -= body.byteLength
    if (!isLast) return
    left = undefined
    done?.()
  })
  return {
    ask: () =>
      new Promise<void>((resolve) => {
        done = resolve
        socket.write(request, 'latin1')
      }),
    close: () => socket.destroy(),
  }
}

process.on('message', async ({ origin, path, requests, atOnce }: LoadOrder) => {
  const callers = Array.from({ length: atOnce }, () => caller(origin, path))
  const times: number[] = []
  let left = requests
  const startedMs = performance.now()
  await Promise.all(
    callers.map(async ({ ask }) => {
      while (left > 0) {
        left -= 1
        const askedMs = performance.now()
        await ask()
        times.push(performance.now() - askedMs)
      }
    }),
  )
  const seconds = (performance.now() - startedMs) / 1_000
  for (const { close } of callers) close()
  times.sort((one, other) => one - other)
  const p50Ms = times[Math.floor(times.length / 2)] ?? Number.NaN
  process.send?.({ perSecond: requests / seconds, p50Ms } satisfies LoadResult)
})

/** An event loop that has something to do does not wait for the kernel to wake it. */
const stayAwake = () => void setImmediate(stayAwake)

server.listen(0, 'localhost', () => {
  const { port } = server.address() as AddressInfo
  base = `http://localhost:${port}/fhir`
  process.send?.(port)
  stayAwake()
})
