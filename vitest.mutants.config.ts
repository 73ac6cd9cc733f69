import { defineConfig, mergeConfig } from 'vitest/config'
import whole from './vitest.config.ts'

const { projects: _, ...test } = whole.test ?? {}

/** The quick tests of what `npm run mutants` changes, as one project. */
export default mergeConfig(
  { ...whole, test: { ...test, reporters: ['default'] } },
  defineConfig({
    test: {
      include: [
        'test/unit/core/{launch,oauth,tokens,redirect,session,sso,oidc,discovery,signed-link,system-access}/**/*.test.ts',
        'test/unit/http/**/*.test.ts',
        'test/unit/adapters/**/*.test.ts',
        'test/lambdas/**/*.test.ts',
        'test/contract/kms-*.test.ts',
      ],
      exclude: ['test/unit/core/tokens/exploration.test.ts'],
      isolate: false,
    },
  }),
)
