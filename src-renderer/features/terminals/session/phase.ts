import { assertNever } from '#shared/assert-never.ts';

/** Phase of a terminal in this window. `TerminalSession` changes it; the page shows it. */
export type Phase =
  | Readonly<{ kind: 'connecting' }>
  /** A person at the peer has to approve the terminal. */
  | Readonly<{ kind: 'approval' }>
  | Readonly<{ kind: 'running' }>
  /** The connection is lost, but the terminal still runs. `retryAt`: time of the next attempt, ms since 1970; null while an attempt runs. */
  | Readonly<{ kind: 'lost'; code: string; retryAt: number | null; awaitsApproval: boolean }>
  | Readonly<{ kind: 'ended'; exitCode: number | null; signal: string | null }>
  /** The terminal to resume no longer exists. */
  | Readonly<{ kind: 'gone' }>
  /** The terminal couldn't be opened or resumed. Only the person can retry. */
  | Readonly<{ kind: 'failed'; error: unknown; code: string }>;

/** Event that changes the phase. */
export type PhaseEvent =
  /** An attempt begins. */
  | Readonly<{ kind: 'trying' }>
  | Readonly<{ kind: 'approval-requested' }>
  | Readonly<{ kind: 'opened' }>
  | Readonly<{ kind: 'lost'; code: string; retryAt: number | null }>
  | Readonly<{ kind: 'exited'; exitCode: number | null; signal: string | null }>
  | Readonly<{ kind: 'failed'; error: unknown; code: string }>;

/** Returns the phase after an event. A lost terminal stays `lost` during an attempt, so that its screen stays visible. Pure. */
export function nextPhase(phase: Phase, event: PhaseEvent): Phase {
  switch (event.kind) {
    case 'trying':
      return phase.kind === 'lost' ? { ...phase, retryAt: null, awaitsApproval: false } : { kind: 'connecting' };
    case 'approval-requested':
      if (phase.kind === 'lost') return { ...phase, awaitsApproval: true };
      return phase.kind === 'connecting' ? { kind: 'approval' } : phase;
    case 'opened':
      return { kind: 'running' };
    case 'lost':
      return { kind: 'lost', code: event.code, retryAt: event.retryAt, awaitsApproval: false };
    case 'exited':
      return { kind: 'ended', exitCode: event.exitCode, signal: event.signal };
    case 'failed':
      return event.code === 'terminal.unknown'
        ? { kind: 'gone' }
        : { kind: 'failed', error: event.error, code: event.code };
    default:
      return assertNever(event);
  }
}

/** Reports whether the terminal has ended, so that it can't be resumed. Pure. */
export function isOver(phase: Phase): boolean {
  if (phase.kind === 'failed') return phase.code === 'terminal.revoked' || phase.code === 'terminal.stopped';
  return phase.kind === 'ended' || phase.kind === 'gone';
}
