import { Writable } from 'node:stream'

/** What a streaming handler writes its answer to. */
export interface ResponseStream extends Writable {
  setContentType(contentType: string): void
  _onBeforeFirstWrite?: (write: (chunk: string | Uint8Array) => void) => void
}

/** The eight zero bytes between an answer's metadata and its body. */
const DELIMITER = new Uint8Array(8)

/**
 * The response stream of Lambda's runtime over `send`, which holds the handler back until it
 * resolves.
 *
 * As there, the hook before the first write runs in `write` only: a stream that is ended without a
 * write has no metadata.
 */
export function responseStream(send: (chunk: Uint8Array) => Promise<void>): ResponseStream {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      send(chunk).then(() => callback(), callback)
    },
  }) as ResponseStream

  let written = false
  const write = stream.write.bind(stream)
  stream.write = (chunk: unknown, ...rest: unknown[]) => {
    if (!written) {
      written = true
      stream._onBeforeFirstWrite?.((head) => write(head))
    }
    const plain = typeof chunk === 'string' || chunk instanceof Uint8Array
    return Reflect.apply(write, stream, [plain ? chunk : JSON.stringify(chunk), ...rest])
  }
  // API Gateway looks at the bytes and not at this type.
  stream.setContentType = () => {
    if (written) throw new Error('Cannot set content-type, too late.')
  }
  return stream
}

/** `awslambda.HttpResponseStream`: puts an answer's status and headers before its body. */
export const HttpResponseStream = {
  from(stream: ResponseStream, prelude: object): ResponseStream {
    stream.setContentType('application/vnd.awslambda.http-integration-response')
    const metadata = JSON.stringify(prelude)
    stream._onBeforeFirstWrite = (write) => {
      write(metadata)
      write(DELIMITER)
    }
    return stream
  },
}
