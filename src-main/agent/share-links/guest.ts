import type { GuestView } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import type { DeviceCertificate, PeerId } from '#shared/identity/index.ts';
import type { LinkSession } from '#shared/link/index.ts';
import type { PairingWords } from '#shared/pairing/index.ts';
import type { TerminalEnd } from '#shared/terminal/index.ts';

/** Viewing stream of a guest that is in. */
export type GuestStream = Readonly<{ end(end: TerminalEnd): void }>;

/** Guest of one share link: a page with a key of its own that has proved to know the link's secret. In memory only. */
export class Guest {
  readonly id: string;
  readonly certificate: DeviceCertificate;
  readonly name: string;
  readonly words: PairingWords;
  readonly since: number;
  /** Resolves when a person has let the guest in; rejects when declined. Undefined once answered. */
  #answer: Readonly<{ resolve(): void; reject(error: Error): void }> | undefined;
  #isLetIn = false;
  /** True once the guest has been shown the terminal. */
  hasCome = false;
  session: LinkSession | undefined;
  /** Gives up the place of the guest while it is away. */
  awayTimer: Timer | undefined;
  stream: GuestStream | undefined;
  typedAt: number | null = null;

  constructor(
    options: Readonly<{ id: string; certificate: DeviceCertificate; name: string; words: PairingWords; since: number }>,
  ) {
    this.id = options.id;
    this.certificate = options.certificate;
    this.name = options.name;
    this.words = options.words;
    this.since = options.since;
  }

  get peerId(): PeerId {
    return this.certificate.peerId;
  }

  get isLetIn(): boolean {
    return this.#isLetIn;
  }

  /** Waits for the person's answer. */
  wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
  }

  letIn(): void {
    this.#isLetIn = true;
    this.#answer?.resolve();
    this.#answer = undefined;
  }

  /** Ends what the guest waits for. */
  decline(error: Error): void {
    this.#answer?.reject(error);
    this.#answer = undefined;
  }

  view(): GuestView {
    const { id, name, words, since, typedAt } = this;
    const state = !this.#isLetIn ? 'waiting' : this.stream === undefined ? 'away' : 'in';
    return { id, name, words: [...words], state, since, typedAt };
  }
}
