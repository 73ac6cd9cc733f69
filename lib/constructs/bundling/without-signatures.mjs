/**
 * Stands in a bundle for `asn1.js` and `bn.js` (115 kB), by which the AWS Encryption SDK reads and
 * writes ECDSA signatures and their keys. As it loads it defines structures and curves by them: here
 * that comes to nothing. What is sealed has no signature, and `token-vault.ts` refuses what has one
 * before the SDK sees it.
 */
const nothing = new Proxy(class {}, {
  get: (target, name) => {
    if (name === 'prototype') return target.prototype
    return name === Symbol.toPrimitive ? () => Number.NaN : nothing
  },
  apply: () => nothing,
  construct: () => nothing,
})

// biome-ignore lint/style/noDefaultExport: that is how both are imported
export default nothing
