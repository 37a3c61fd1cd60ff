import type { PathReason } from '#shared/app-api/index.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { isBetterKind, type ChoiceMode, type TransportKind } from './path-kinds.ts';

/** Another path is in use than a moment ago, as this side has seen it. */
export type PathTransition = Readonly<{
  before: Readonly<{ kind: TransportKind; doubtful: boolean }> | undefined;
  /** The person lets that one be used; of none, the last one did not end because the person forbade it. */
  allowed: boolean;
  kind: TransportKind;
  role: SessionRole;
  mode: ChoiceMode;
  /** The one before had to be replaced: its keys had served their time, or the machine woke. */
  renewalDue: boolean;
  /** This one was measured beside the one before, and clearly faster. */
  faster: boolean;
}>;

/** Why that is so, as far as this side can know: the responder is told which path is used, and no reason. */
export function reasonOf({ before, allowed, kind, role, mode, renewalDue, faster }: PathTransition): PathReason {
  if (!allowed) return mode === 'relay-only' ? 'relay-only' : 'chosen';
  if (before === undefined || before.doubtful) return 'lost';
  if (faster) return 'faster';
  if (isBetterKind(kind, before.kind)) return 'better';
  if (before.kind === kind) return renewalDue ? 'renewed' : 'remade';
  return role === 'responder' ? 'peer-moved' : 'lost';
}
