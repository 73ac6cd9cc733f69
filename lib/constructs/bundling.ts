import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'

/** For the CommonJS parts of a bundle: an ES module has no `require` of its own. */
const REQUIRE =
  "import{createRequire as sallyportRequire}from'module';const require=sallyportRequire(import.meta.url);"

/**
 * What packages load when asked for what nobody asks of them here, so that it need not be carried. Of
 * `undici`: another parser, the same one for processors without SIMD, and the bodies of `fetch`. Of the
 * SDK: where credentials come from that are not in the environment, as a function's always are.
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
]

/** How every function is bundled. */
export const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  mainFields: ['module', 'main'],
  target: 'node24',
  minify: true,
  logLevel: LogLevel.WARNING,
  banner: REQUIRE,
  // The SDK of the lock file, not the one that the runtime happens to carry that day.
  externalModules: NEVER_LOADED,
}
