import { assertNever } from '#shared/assert-never.ts';

/** Phase of a terminal in this window. `TerminalSession` changes it; the page shows it. */
export type Phase =
  | Readonly<{ kind: 'connecting' }>
  /** A person at the peer has to approve the terminal. */
  | Readonly<{ kind: 'approval' }>
  /** A new terminal whose machine can't be reached now. It opens when the machine is back. `retryAt` as of a lost terminal. */
  | Readonly<{ kind: 'away'; error: unknown; code: string; retryAt: number | null }>
  | Readonly<{ kind: 'running' }>
  /** The connection is lost, but the terminal still runs. `retryAt`: time of the next attempt, ms since 1970; null while an attempt runs. */
  | Readonly<{ kind: 'lost'; code: string; retryAt: number | null; awaitsApproval: boolean }>
  /** `reason`: the program didn't end by itself, but with the agent of its machine, which was stopped. */
  | Readonly<{ kind: 'ended'; exitCode: number | null; signal: string | null; reason?: 'shutdown' | undefined }>
  /** The terminal to resume no longer exists. */
  | Readonly<{ kind: 'gone' }>
  /** The terminal wasn't open yet when the window was closed. Only the person opens it, because its machine may ask someone there. */
  | Readonly<{ kind: 'unopened' }>
  /** Another one has the terminal now: another tab of this browser (`isInTab`), or another window or machine of the person. */
  | Readonly<{ kind: 'elsewhere'; isInTab: boolean }>
  /** The terminal couldn't be opened or resumed. Only the person can retry. */
  | Readonly<{ kind: 'failed'; error: unknown; code: string }>;

/** Event that changes the phase. */
export type PhaseEvent =
  /** An attempt begins. */
  | Readonly<{ kind: 'trying' }>
  | Readonly<{ kind: 'approval-requested' }>
  | Readonly<{ kind: 'opened' }>
  | Readonly<{ kind: 'away'; error: unknown; code: string; retryAt: number }>
  | Readonly<{ kind: 'lost'; code: string; retryAt: number | null }>
  | Readonly<{ kind: 'exited'; exitCode: number | null; signal: string | null }>
  | Readonly<{ kind: 'shutdown' }>
  /** Another tab of this browser shows the terminal. */
  | Readonly<{ kind: 'in-other-tab' }>
  /** The person gives up a new shell; the phase before it is back. */
  | Readonly<{ kind: 'cancelled'; before: Phase }>
  | Readonly<{ kind: 'failed'; error: unknown; code: string }>;

/**
 * Returns the phase after an event. A lost terminal stays `lost` during an attempt, so that its screen stays visible, and one whose machine is away
 * stays `away`. Pure.
 */
export function nextPhase(phase: Phase, event: PhaseEvent): Phase {
  switch (event.kind) {
    case 'trying':
      if (phase.kind === 'away') return { ...phase, retryAt: null };
      return phase.kind === 'lost' ? { ...phase, retryAt: null, awaitsApproval: false } : { kind: 'connecting' };
    case 'approval-requested':
      if (phase.kind === 'lost') return { ...phase, awaitsApproval: true };
      return phase.kind === 'connecting' || phase.kind === 'away' ? { kind: 'approval' } : phase;
    case 'opened':
      return { kind: 'running' };
    case 'away':
      return event;
    case 'cancelled':
      return event.before;
    case 'shutdown':
      return { kind: 'ended', exitCode: null, signal: null, reason: 'shutdown' };
    case 'in-other-tab':
      return { kind: 'elsewhere', isInTab: true };
    case 'lost':
      return { kind: 'lost', code: event.code, retryAt: event.retryAt, awaitsApproval: false };
    case 'exited':
      return { kind: 'ended', exitCode: event.exitCode, signal: event.signal };
    case 'failed':
      if (event.code === 'terminal.unknown') return { kind: 'gone' };
      return event.code === 'terminal.taken-over'
        ? { kind: 'elsewhere', isInTab: false }
        : { kind: 'failed', error: event.error, code: event.code };
    default:
      return assertNever(event);
  }
}

/** Codes with which a terminal ends together with its pairing, or with the permission for it. */
const ENDS_OF_ACCESS: ReadonlySet<string> = new Set([
  'link.removed',
  'link.withdrawn',
  'peer.unknown',
  'peer.forgot',
  'terminal.revoked',
]);

/** Reports whether the terminal ended because its pairing, or the permission for it, has ended. Pure. */
export function hasLostAccess(phase: Phase): boolean {
  return phase.kind === 'failed' && ENDS_OF_ACCESS.has(phase.code);
}

/** Reports whether there is no terminal to resume: it has ended, or never was opened. Pure. */
export function isOver(phase: Phase): boolean {
  if (phase.kind === 'failed') return hasLostAccess(phase) || phase.code === 'terminal.stopped';
  return phase.kind === 'ended' || phase.kind === 'gone' || phase.kind === 'unopened';
}

/** Reports whether the terminal is being opened, or will be when its machine is back. Pure. */
export function isOpening({ kind }: Phase): boolean {
  return kind === 'connecting' || kind === 'approval' || kind === 'away';
}
