/** Aborted with the first of some signals. `release` lets go of them, and is to be called in any case. */
export type CombinedSignal = Readonly<{ signal: AbortSignal; release: () => void }>;

/** No `AbortSignal.any`: Node 20 keeps something of each with a signal that lasts (nodejs/node#55351), and a peer asks as often as it likes. */
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
