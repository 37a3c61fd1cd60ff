import { assertNever } from '#shared/assert-never.ts';

/** What a tab is doing. */
export type Phase =
  | Readonly<{ kind: 'connecting' }>
  /** A person at the peer is being asked. */
  | Readonly<{ kind: 'approval' }>
  | Readonly<{ kind: 'running' }>
  /** The way there is gone, the terminal is not: the next try comes at `retryAt`, or is under way when that is null. */
  | Readonly<{ kind: 'lost'; code: string; retryAt: number | null; awaitsApproval: boolean }>
  | Readonly<{ kind: 'ended'; exitCode: number | null; signal: string | null }>
  /** The terminal to come back to is not there any more. */
  | Readonly<{ kind: 'gone' }>
  /** No further try by itself. */
  | Readonly<{ kind: 'failed'; error: unknown; code: string }>;

export type PhaseEvent =
  /** A try begins. */
  | Readonly<{ kind: 'trying' }>
  | Readonly<{ kind: 'approval-requested' }>
  | Readonly<{ kind: 'opened' }>
  | Readonly<{ kind: 'lost'; code: string; retryAt: number | null }>
  | Readonly<{ kind: 'exited'; exitCode: number | null; signal: string | null }>
  | Readonly<{ kind: 'failed'; error: unknown; code: string }>;

/** The next phase. While a lost terminal is sought its screen stays, so a try there is not `connecting`. */
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

/** Whether the terminal itself is no more: there is nothing to come back to. */
export function isOver(phase: Phase): boolean {
  return (
    phase.kind === 'ended' || phase.kind === 'gone' || (phase.kind === 'failed' && phase.code === 'terminal.revoked')
  );
}
