import { type Defence, unit } from '../defence.ts'

/** Pushed requests and tokens that are bound to a key, where a server has them. */
export const OAUTH_STRENGTH_DEFENCES: readonly Defence[] = [
  {
    rows: [7],
    defence: 'A pushed request that is refused is not tried in the open',
    patch: {
      file: 'src/core/launch/begin-launch.ts',
      find: 'request_uri: await pushRequest(request, server, client, deps),',
      replace:
        '...(await pushRequest(request, server, client, deps).then((uri) => ({ request_uri: uri }), () => request)),',
    },
    shownBy: unit(
      'test/unit/core/launch/push-request.test.ts',
      'ends the launch, and is not tried in the open',
    ),
  },
  {
    rows: [7],
    defence: 'Where requests have to be pushed, none goes through the browser',
    patch: {
      file: 'src/core/launch/push-request.ts',
      find: 'if (!isRequired) return false',
      replace: 'if (endpoint === undefined) return false',
    },
    shownBy: unit(
      'test/unit/core/launch/push-request.test.ts',
      'is refused, by name, where it is demanded and has no address',
    ),
  },
  {
    rows: [16],
    defence: 'Tokens that were bound to a key are not renewed into ones that anybody may use',
    patch: {
      file: 'src/core/tokens/refresh-grant.ts',
      find: 'dpopKey && !bindingKey(read.grant.accessToken)',
      replace: "profile.id === ''",
    },
    shownBy: unit(
      'test/unit/core/tokens/refresh-grant.test.ts',
      'takes no token in their place that whoever bears it could use',
    ),
  },
  {
    rows: [7],
    defence: 'Where tokens are bound to a key, their code is bound to it too',
    patch: {
      file: 'src/core/launch/authorization-request.ts',
      find: 'secrets.dpopKey !== undefined && {',
      replace: "secrets.dpopKey === '' && {",
    },
    shownBy: unit(
      'test/unit/core/launch/push-request.test.ts',
      'binds the code to the key that its tokens will have',
    ),
  },
  {
    rows: [16],
    defence: 'A proof is of one token',
    patch: {
      file: 'src/core/oauth/dpop-proofs.ts',
      find: '...(accessToken && {',
      replace: '...(accessToken && method === "" && {',
    },
    shownBy: unit(
      'test/unit/core/oauth/dpop.test.ts',
      'with a bound token goes by the scheme DPoP, with a proof of the token',
    ),
  },
  {
    rows: [6, 9],
    defence: 'Nobody’s credential is tried at an endpoint that has moved',
    patch: {
      file: 'src/cli/doctor/examine.ts',
      find: 'movedEndpoints(ehr).length === 0',
      replace: 'movedEndpoints(ehr).length >= 0',
    },
    shownBy: unit('test/unit/cli/doctor/doctor.test.ts', 'names as the one cause endpoints'),
  },
]
