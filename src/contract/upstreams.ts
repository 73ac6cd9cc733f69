/**
 * Which addresses the egress client may reach, fixed at synthesis.
 *
 * `public`: https to public addresses. `loopback`: loopback only, http too. No value permits both,
 * so a wrong value breaks and never opens.
 */
export type Upstreams = 'public' | 'loopback'
