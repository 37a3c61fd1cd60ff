import type { ShareLinkView } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { GuestRole } from '#shared/share-link/index.ts';
import type { SharedTerminalAccess } from '../terminals/index.ts';
import type { Guest } from './guest.ts';

/** Facts about a share link, which never change. Times are ms since 1970. */
export type ShareFacts = Readonly<{
  /** ID on this device. */
  id: string;
  /** Number among the links to the same terminal, from 1. */
  number: number;
  /** ID at the relay, derived from the secret. */
  shareId: string;
  /** 16 bytes. */
  secret: Uint8Array;
  url: string;
  /** Device that runs the terminal; null for this one. */
  peerId: PeerId | null;
  terminal: string;
  access: SharedTerminalAccess;
  role: GuestRole;
  createdAt: number;
  expiresAt: number;
  once: boolean;
  letIn: boolean;
}>;

/** One share link with its guests. Created by `ShareLinks`; holds state only. */
export class Share {
  readonly facts: ShareFacts;
  /** Guests that wait or were let in, by key. */
  readonly guests = new Map<PeerId, Guest>();
  /** Running pairings; aborted when the link ends. */
  readonly pairings = new Set<AbortController>();
  /** Ends the link at its time. */
  timer: Timer | undefined;
  /** True once a guest was let in. */
  isUsed = false;
  isOver = false;

  constructor(facts: ShareFacts) {
    this.facts = facts;
  }

  /** Number of guests that wait for an answer. */
  get waiting(): number {
    return [...this.guests.values()].filter(({ isLetIn }) => !isLetIn).length;
  }

  /** Number of guests that were let in. */
  get letIn(): number {
    return this.guests.size - this.waiting;
  }

  find(guest: string): Guest | undefined {
    return [...this.guests.values()].find(({ id }) => id === guest);
  }

  view(): ShareLinkView {
    const { id, number, peerId, terminal, access, role, url, createdAt, expiresAt, once, letIn } = this.facts;
    const guests = [...this.guests.values()].map((guest) => guest.view());
    return { id, number, peerId, terminal, title: access.title, role, url, createdAt, expiresAt, once, letIn, guests };
  }
}
