import { checkClient } from './check-client.ts'
import { checkDiscovery, checkEndpoints, movedEndpoints } from './check-discovery.ts'
import { checkAlgorithms, checkPkce, checkScopes } from './check-features.ts'
import { checkClock, checkFhir, type DatedAnswer, noting } from './check-fhir.ts'
import { checkKeys } from './check-keys.ts'
import { checkNetwork } from './check-network.ts'
import { checkPushedRequest } from './check-pushed-request.ts'
import { checkResponseMode } from './check-response-mode.ts'
import type { DiscoveredEhr, DoctorDeps, Examined } from './examined.ts'
import { CHECKS, type Finding, note, ok } from './finding.ts'

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
  const fhir = await checkFhir(examined, egress)
  const { finding, ehr } = await checkDiscovery(examined, egress)
  const found = ehr
    ? await Promise.all([
        checkEndpoints(ehr, egress),
        checkKeys(ehr, egress),
        checkAlgorithms(ehr, deps.signers),
        checkPkce(ehr),
        checkScopes(ehr),
        checkResponseMode(ehr),
        ...(movedEndpoints(ehr).length === 0 ? [checkAsClient(ehr, { ...deps, egress })] : []),
      ])
    : []
  const findings = [...network, finding, ...found.flat(), fhir]
  findings.push(toRegister(redirectUri, findings), checkClock(answers))
  return findings.sort((one, other) => CHECKS.indexOf(one.check) - CHECKS.indexOf(other.check))
}

/** What shows only to who proves to be the client, and goes nowhere else than the registry says. */
async function checkAsClient(ehr: DiscoveredEhr, deps: DoctorDeps): Promise<readonly Finding[]> {
  const client = await checkClient(ehr, deps)
  return [client, await checkPushedRequest(ehr, client, deps)]
}

/** The redirect URI as it has to be at the vendor; whether it is, a pushed request shows at most. */
function toRegister(redirectUri: string, findings: readonly Finding[]): Finding {
  const isTaken = findings.some(
    ({ check, verdict }) => check === 'pushed-request' && verdict === 'ok',
  )
  return isTaken
    ? ok('redirect-uri', `The server took a request with ${redirectUri}`)
    : {
        ...note('redirect-uri', `To be registered exactly: ${redirectUri}`),
        ask: `Is the redirect URI of our client exactly ${redirectUri}? It shows only when a person signs on.`,
      }
}
