import { pipeline as nodePipeline } from 'node:stream'

/**
 * Stands in a bundle for `readable-stream` (38 kB): Node's own, of which that is a copy. It differs in
 * one thing that the AWS Encryption SDK makes use of: its `pipeline` may go without a callback, as
 * whoever reads the last stream meets the error.
 */
export { Duplex, finished, PassThrough, Readable, Transform, Writable } from 'node:stream'

const heard = () => undefined

export function pipeline(...streams) {
  return typeof streams.at(-1) === 'function'
    ? nodePipeline(...streams)
    : nodePipeline(...streams, heard)
}
