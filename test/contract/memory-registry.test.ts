import { describe } from 'vitest'
import { memoryRegistry } from '#adapters/memory/registry.ts'
import { registryContract } from './registry.contract.ts'

describe('memoryRegistry', () => {
  registryContract(async () => {
    const registry = memoryRegistry()
    return { reader: () => registry, writer: registry }
  })
})
