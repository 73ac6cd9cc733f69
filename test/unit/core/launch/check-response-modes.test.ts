import { expect, it } from 'vitest'
import { checkResponseModes } from '#core/launch/check-response-modes.ts'

const SERVER = {
  issuer: 'https://login.general.example',
  authorization_endpoint: 'https://login.general.example/authorize',
  token_endpoint: 'https://login.general.example/token',
}

it.each([[['jwt']], [['query.jwt', 'form_post.jwt', 'fragment.jwt']]])(
  'refuses a server that answers by %j only, before anybody signs on there (JA-01, RP-33)',
  (modes) => {
    expect(() =>
      checkResponseModes({ ...SERVER, response_modes_supported: modes }, 'general'),
    ).toThrow(
      expect.objectContaining({
        code: 'authorization_server_unsupported',
        detail: {
          connection: 'general',
          parameter: 'response_modes_supported',
          reason: 'jarm_demanded',
        },
      }),
    )
  },
)

it.each([
  {},
  { response_modes_supported: [] },
  { response_modes_supported: ['query', 'jwt'] },
  { response_modes_supported: ['form_post'] },
  { response_modes_supported: ['jwt_session'] },
])('takes one that says %j', (said) => {
  expect(() => checkResponseModes({ ...SERVER, ...said }, 'general')).not.toThrow()
})
