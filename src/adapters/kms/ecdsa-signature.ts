/**
 * An ECDSA signature as JOSE wants it, r‖s at full width, from the DER that KMS answers.
 *
 * DER drops leading zeros, and adds one where the first bit is set, so each half is set right.
 *
 * @param size bytes of each half: 32 for P-256, 48 for P-384
 * @see [RFC 7518 §3.4](https://www.rfc-editor.org/rfc/rfc7518.html#section-3.4)
 */
export function joseSignature(der: Uint8Array, size: number): Buffer {
  // SEQUENCE { INTEGER r, INTEGER s }; the lengths of P-256 and P-384 fit one byte each.
  const bytes = Buffer.from(der)
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) throw malformed()
  const r = integer(bytes, 2)
  const s = integer(bytes, r.end)
  if (s.end !== bytes.length) throw malformed()
  return Buffer.concat([fullWidth(r.value, size), fullWidth(s.value, size)])
}

function integer(bytes: Buffer, at: number): { readonly value: Buffer; readonly end: number } {
  const start = at + 2
  const end = start + (bytes[at + 1] ?? 0)
  if (bytes[at] !== 0x02 || end === start || end > bytes.length) throw malformed()
  return { value: bytes.subarray(start, end), end }
}

function fullWidth(value: Buffer, size: number): Buffer {
  const significant = value.subarray(value.findIndex((byte) => byte !== 0))
  if (significant.length > size) throw malformed()
  return Buffer.concat([Buffer.alloc(size - significant.length), significant])
}

function malformed(): Error {
  return new Error('Not an ECDSA signature in DER')
}
