/** Signal that aborts with the first of its sources. `release` removes its listeners from them; the owner must always call it. */
export type CombinedSignal = Readonly<{ signal: AbortSignal; release: () => void }>;

/**
 * Combines signals: the result aborts with the first of them. Replaces `AbortSignal.any` where one of the signals lives long: in Node 20 each such
 * use leaks memory (nodejs/node#55351), and there may be any number of them. Used for peers' requests to targets and for probes of automatic proxies.
 */
export function anySignal(...sources: readonly AbortSignal[]): CombinedSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  for (const source of sources) {
    source.addEventListener('abort', abort, { once: true });
    if (source.aborted) abort();
  }
  return {
    signal: controller.signal,
    release: () => {
      for (const source of sources) source.removeEventListener('abort', abort);
    },
  };
}
