import { describe } from 'vitest'
import { memoryTokenVault } from '#adapters/memory/token-vault.ts'
import { tokenVaultContract } from './token-vault.contract.ts'

describe('memoryTokenVault', () => {
  tokenVaultContract(async () => memoryTokenVault())
})
