import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import type { InvitationView, PairingState } from './pairing-flow.ts';

/**
 * Remaining minutes of an invitation at which the time is announced to screen readers. People who see the screen have a clock that counts seconds.
 */
const ANNOUNCED_MINUTES = [5, 2, 1] as const;
const MINUTE = 60_000;

/**
 * Announces to screen readers the changes of the pairing dialog that the person didn't cause: a machine that joins, progress, and the remaining time.
 * The focus doesn't move.
 */
export function PairingAnnouncer({ state }: Readonly<{ state: PairingState }>): ReactElement {
  const { shown } = state;
  const minutes = useMinutesLeft(shown?.at === 'waiting' ? shown.invitation.expiresAt : undefined);
  return (
    <p role="status" className="visually-hidden" data-announcer="">
      {messageOf(state, minutes)}
    </p>
  );
}

function messageOf({ step, shown }: PairingState, minutes: number | undefined): string {
  switch (step.at) {
    case 'choose':
      return shown === undefined ? '' : invitationMessage(shown, minutes);
    case 'invited':
      return text(`pairing.progress.${step.progress}`);
    case 'joining':
      return text(`pairing.progress.${step.progress ?? 'found'}`);
    case 'words':
      return text('pairing.words.title');
    case 'forgotten':
      return text('pairing.forgotten.text', { name: step.name });
    case 'done':
      return text('pairing.done.text', { name: step.peer.name });
    // The person caused the other steps, and errors are alerts of their own.
    default:
      return '';
  }
}

function invitationMessage(shown: InvitationView, minutes: number | undefined): string {
  switch (shown.at) {
    case 'preparing':
      return text(`pairing.invite.preparing.${shown.form}`);
    case 'waiting':
      return minutes === undefined
        ? text('pairing.invite.waiting')
        : text('pairing.invite.minutes', { count: minutes });
    case 'over':
      return text(`pairing.invite.${shown.why === 'time' ? 'expired' : 'over'}.${shown.form}`);
    // An alert of its own.
    case 'failed':
      return '';
  }
}

/**
 * Returns the last of `ANNOUNCED_MINUTES` that the remaining time has reached; undefined before the first.
 * @param until end of the invitation, ms since 1970
 */
function useMinutesLeft(until: number | undefined): number | undefined {
  const [announced, setAnnounced] = useState<Readonly<{ until: number; minutes: number }> | undefined>(undefined);
  useEffect(() => {
    if (until === undefined) return undefined;
    const now = Date.now();
    const timers = ANNOUNCED_MINUTES.filter((minutes) => until - now > minutes * MINUTE).map((minutes) =>
      setTimeout(() => setAnnounced({ until, minutes }), until - now - minutes * MINUTE),
    );
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [until]);
  return announced?.until === until ? announced?.minutes : undefined;
}
