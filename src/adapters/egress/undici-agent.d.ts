/** The part of `undici` that a function carries: not its `fetch`, caches, mocks and WebSockets. */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici'
}
