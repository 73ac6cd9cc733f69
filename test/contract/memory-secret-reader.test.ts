import { describe } from 'vitest'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { secretReaderContract } from './secret-reader.contract.ts'

describe('memorySecretReader', () => {
  secretReaderContract(async (values) => memorySecretReader(values))
})
