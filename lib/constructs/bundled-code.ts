import { join } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda'
import { type BuildOptions, buildSync } from 'esbuild'
import { BUNDLING } from './bundling.ts'

/**
 * The code of a function, whose handler is `index.handler`: its `index.ts`, bundled. The CDK's own
 * `NodejsFunction` bundles into one file, and cannot do otherwise.
 *
 * @param folder that of the function, which no other has
 */
export function bundledCode(folder: string, changed: BuildOptions = {}): AssetCode {
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never run: esbuild is always there.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outdir) {
          const entryPoints = [{ in: join(folder, 'index.ts'), out: 'index' }]
          buildSync({ ...BUNDLING, ...changed, entryPoints, outdir })
          return true
        },
      },
    },
  })
}
