import { fileURLToPath } from 'node:url'
import type { BuildOptions } from 'esbuild'

/** For the CommonJS parts of a bundle: an ES module has no `require` of its own. */
const REQUIRE =
  "import{createRequire as sallyportRequire}from'module';const require=sallyportRequire(import.meta.url);"

/**
 * What packages load when asked for what nobody asks of them here, so that it need not be carried. Of
 * `undici`: another parser, the same one for processors without SIMD, and the bodies of `fetch`. Of the
 * SDK: where credentials come from that are not in the environment, as a function's always are, and what
 * a browser says of itself.
 */
const NEVER_LOADED = [
  '../milo/*',
  '../llhttp/llhttp-wasm.js',
  '../web/*',
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
  'bowser',
]

/**
 * How every function is bundled. What it imports dynamically is in files of its own, which cost nothing
 * until then; what it imports statically is in the main one, and in those that share some of it.
 */
export const BUNDLING = {
  // Pieces are named by where their sources are from here, so that every machine gets the same names.
  absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
  bundle: true,
  splitting: true,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  logLevel: 'warning',
  banner: { js: REQUIRE },
  // The SDK of the lock file, not the one that the runtime happens to carry that day.
  external: NEVER_LOADED,
} satisfies BuildOptions
