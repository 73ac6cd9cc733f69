import { CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { CfnEIP } from 'aws-cdk-lib/aws-ec2'
import { CfnKey } from 'aws-cdk-lib/aws-kms'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import type { Deployment } from '../deployments/deployment.ts'

/** KMS waits so long at least before it deletes a key. */
const LEAST_KEY_DELETION_DAYS = 7

const KEEPING = [CfnTable, CfnKey, CfnLogGroup, CfnEIP]

/** What holds for all that keeps data, whichever construct has made it. To be called when the stack is whole. */
export function protectData(stack: Stack, protection: Deployment['data']): void {
  const { removal, deletionProtection, recoveryDays } = protection
  for (const resource of stack.node.findAll().filter(CfnResource.isCfnResource)) {
    if (removal === 'destroy' && KEEPING.some((type) => resource instanceof type)) {
      resource.applyRemovalPolicy(RemovalPolicy.DESTROY)
      if (resource instanceof CfnKey) resource.pendingWindowInDays = LEAST_KEY_DELETION_DAYS
    }
    if (!(resource instanceof CfnTable)) continue
    if (deletionProtection) resource.deletionProtectionEnabled = true
    if (recoveryDays !== undefined && resource.pointInTimeRecoverySpecification !== undefined) {
      resource.pointInTimeRecoverySpecification = {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays,
      }
    }
  }
}
