import { pageFacts, type PageFacts } from '#shared/relay-page/index.ts';
import { PAGE_PATHS } from '#shared/relay-page/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Longest time to wait for the facts, ms: nothing depends on them but the footer and a sentence. */
const WITHIN = 20_000;

/** Version and fingerprint of this page as the relay tells them. They are the relay's word: someone who compares them asks from elsewhere, too. */
export class PageInfo {
  readonly #read: () => Promise<PageFacts | undefined>;
  readonly #listeners = new Set<() => void>();
  #facts: PageFacts | undefined;
  #isAsked = false;

  constructor(read: () => Promise<PageFacts | undefined>) {
    this.#read = read;
  }

  /** Undefined until they are known. */
  get facts(): PageFacts | undefined {
    return this.#facts;
  }

  /** True once the relay has answered, or hasn't. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Asks the relay. Facts that are known stay if it doesn't answer. */
  async load(): Promise<void> {
    this.#facts = (await this.#read().catch(() => undefined)) ?? this.#facts;
    this.#isAsked = true;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Reads the facts of the page that this relay serves. */
export async function fetchPageFacts(): Promise<PageFacts | undefined> {
  const response = await fetch(PAGE_PATHS.facts, { signal: AbortSignal.timeout(WITHIN), cache: 'no-cache' });
  return response.ok ? safeParse(pageFacts, await response.json()).data : undefined;
}
