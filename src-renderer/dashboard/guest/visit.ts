import type { GuestRole } from '#shared/share-link/index.ts';

/** State of a visit, as `src-browser/guest` reports it. */
export type VisitState =
  | Readonly<{ kind: 'connecting' | 'lost' }>
  | Readonly<{ kind: 'waiting'; words: readonly string[] }>
  | Readonly<{ kind: 'in'; role: GuestRole; until: number; host: string }>
  | Readonly<{ kind: 'over'; code: string }>;

/** Change of what the terminal shows, as `src-browser/guest` reports it. */
export type VisitEvent =
  | Readonly<{ type: 'screen'; cols: number; rows: number }>
  | Readonly<{ type: 'output'; bytes: Uint8Array }>
  | Readonly<{ type: 'title'; title: string }>;

/** Running visit. */
export type Visit = Readonly<{
  type(bytes: Uint8Array): void;
  leave(): void;
}>;

/** Opens a visit under a name. */
export type OpenVisit = (
  visitor: Readonly<{ name: string; onState(state: VisitState): void; onEvent(event: VisitEvent): void }>,
) => Promise<Visit>;
