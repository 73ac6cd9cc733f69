import { checkClient } from './check-client.ts'
import { checkDiscovery, checkEndpoints, movedEndpoints } from './check-discovery.ts'
import { checkAlgorithms, checkPkce, checkScopes } from './check-features.ts'
import { checkClock, checkFhir, type DatedAnswer, noting } from './check-fhir.ts'
import { checkKeys } from './check-keys.ts'
import { checkNetwork } from './check-network.ts'
import type { DoctorDeps, Examined } from './examined.ts'
import { CHECKS, type Finding, note } from './finding.ts'

/**
 * Looks at all of a connection that can be seen without a person: in the order of {@link CHECKS},
 * up to what cannot be looked at because of what is wrong before it.
 */
export async function examine(examined: Examined, deps: DoctorDeps): Promise<readonly Finding[]> {
  const { connection, redirectUri } = examined
  const network = await checkNetwork(new URL(connection.fhirBaseUrl), deps)
  if (network.some(({ verdict }) => verdict === 'wrong')) return network

  const answers: DatedAnswer[] = []
  const egress = noting(deps.egress, deps.now, answers)
  const register: Finding = {
    ...note('redirect-uri', `To be registered exactly: ${redirectUri}`),
    ask: `Is the redirect URI of our client exactly ${redirectUri}? It shows only when a person signs on.`,
  }
  const fhir = await checkFhir(examined, egress)
  const { finding, ehr } = await checkDiscovery(examined, egress)
  const found = ehr
    ? await Promise.all([
        checkEndpoints(ehr, egress),
        checkKeys(ehr, egress),
        checkAlgorithms(ehr, deps.signers),
        checkPkce(ehr),
        checkScopes(ehr),
        ...(movedEndpoints(ehr).length === 0 ? [checkClient(ehr, { ...deps, egress })] : []),
      ])
    : []
  const findings = [...network, finding, ...found, register, fhir, checkClock(answers)]
  return findings.sort((one, other) => CHECKS.indexOf(one.check) - CHECKS.indexOf(other.check))
}
