/** APIs of browsers without which no part of the page starts, by their names. The algorithms of keys are tried when keys are made (`src-browser/keys`). */
const APIS: readonly Readonly<{ name: string; isThere: () => boolean }>[] = [
  { name: 'Web Crypto', isThere: () => hasValue(() => globalThis.crypto.subtle) },
  { name: 'Web Locks', isThere: () => hasValue(() => navigator.locks) },
  { name: 'IndexedDB', isThere: () => hasValue(() => globalThis.indexedDB) },
  { name: 'BroadcastChannel', isThere: () => hasValue(() => globalThis.BroadcastChannel) },
  { name: 'Web Workers', isThere: () => hasValue(() => globalThis.Worker) },
  { name: 'WebSocket', isThere: () => hasValue(() => globalThis.WebSocket) },
  { name: 'AbortSignal.any', isThere: () => 'any' in AbortSignal },
  { name: 'Promise.withResolvers', isThere: () => 'withResolvers' in Promise },
];

/** Returns the names of the APIs that the page needs and this browser lacks. Reads globals only. */
export function missingApis(): readonly string[] {
  return APIS.filter(({ isThere }) => !isThere()).map(({ name }) => name);
}

/** Reports whether a global is there. Some browsers throw where they block it. */
function hasValue(read: () => unknown): boolean {
  try {
    return (read() ?? undefined) !== undefined;
  } catch {
    return false;
  }
}
