/** Reason why a connection didn't come about, as the system's message tells it. */
export type ConnectionFailure = 'name' | 'no-route' | 'refused' | 'silent';

const PATTERNS: readonly (readonly [RegExp, ConnectionFailure])[] = [
  [/ENOTFOUND|EAI_/, 'name'],
  [/EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN/, 'no-route'],
  [/ECONNREFUSED/, 'refused'],
  [/ETIMEDOUT|timed out|in time/i, 'silent'],
];

/** Reads the reason from a message such as `connect EHOSTUNREACH 10.0.0.7:22`, which people don't understand; undefined for any other message. Pure. */
export function connectionFailure(message: string): ConnectionFailure | undefined {
  return PATTERNS.find(([pattern]) => pattern.test(message))?.[1];
}
