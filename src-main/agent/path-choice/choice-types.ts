import type { Clock } from '#shared/clock.ts';
import type { SessionRole } from '#shared/link/index.ts';
import type { ChoiceMode, TransportKind } from './path-kinds.ts';

/** What the machine wants done. Each `dial` is answered by exactly one `dialled`, `outdone` or `failed`, later; a cancelled one too. */
export type ChoiceCommand =
  /** `renew`: in the place of one of its kind that works. */
  | Readonly<{ type: 'dial'; kind: TransportKind; renew: boolean }>
  | Readonly<{ type: 'cancel'; kind: TransportKind }>
  /** The person's choice forbids the path in use: it ends at once. */
  | Readonly<{ type: 'cut' }>;

export type PathChoiceOptions = Readonly<{
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Of this side in the session: the responder dials a second later than the initiator would. */
  role: SessionRole;
  mode: ChoiceMode;
  /** Of the path in use, the least of the last ten seconds, ms. */
  roundTrip?: () => number | undefined;
  run(command: ChoiceCommand): void;
  /** Something of the explanation has changed. */
  changed?: () => void;
}>;
