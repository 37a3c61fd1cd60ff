/** Error codes of a lost or missing path to the peer: temporary failures. */
const PATH_LOSSES: ReadonlySet<string> = new Set([
  'control.lost',
  'control.timeout',
  ...['path-lost', 'session-lost', 'no-way', 'timeout', 'reset', 'path', 'closed', 'idle', 'replaced'].map(
    (end) => `link.${end}`,
  ),
  'link.too-many-streams',
  // Without a relay, the address at which the peer was announced may have expired.
  'link.no-address',
  'link.not-found',
  'link.not-here',
  'relay.not-configured',
  ...['connection-refused', 'unreachable', 'timeout', 'no-answer', 'aborted'].map((end) => `direct.${end}`),
  ...['unreachable', 'busy', 'no-answer', 'aborted'].map((end) => `via.${end}`),
  ...[
    'dns',
    'connection-refused',
    'unreachable',
    'timeout',
    'hosted-off',
    'hosted-off-before',
    'unavailable',
    'rate',
    'busy',
    'shutdown',
    'restarting',
    'limit',
  ].map((end) => `relay.${end}`),
  ...['lost', 'stopped', 'not-connected', 'no-answer', 'aborted', 'closed', 'data-connection'].map(
    (end) => `relay.${end}`,
  ),
  // Errors of a terminal on a gateway's machine.
  ...[
    'lost',
    'refused',
    'unreachable',
    'name',
    'timeout',
    'unavailable',
    'rate-limited',
    'starting',
    'restarting',
    'slow',
  ].map((end) => `gateway.${end}`),
  // This machine has returned to the relay before the other one.
  ...['offline', 'gone', 'busy', 'timeout', 'rate', 'limit'].map((end) => `relay.refused.${end}`),
]);

/**
 * Reports whether an error code means a lost path, so that a terminal reconnects automatically: false for a rejection or a failed authentication.
 * Used by the command line and the window. Pure.
 */
export function isPathLoss(code: string): boolean {
  return PATH_LOSSES.has(code);
}
