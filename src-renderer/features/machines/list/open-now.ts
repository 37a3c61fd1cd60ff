import { useMemo } from 'react';
import type { ForwardView, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { forwardsOn, machineOfForward, useApp, type OpenTerminal } from '../../../store/index.ts';
import { formatMoment } from '../../../ui/index.ts';
import { terminalsKeptUntil } from '../../peers/index.ts';

/** Space at which no line breaks. */
const NO_BREAK = '\u00a0';

/** Open things on a machine: terminals of this window that haven't ended, forwards that are switched on, and an OpenClaw that this machine uses there. */
export type OpenNow = Readonly<{
  terminals: readonly OpenTerminal[];
  forwards: readonly ForwardView[];
  hasOpenClaw: boolean;
}>;

/** Returns what is open on a machine now. */
export function useOpenNow(peerId: string): OpenNow {
  const terminals = useApp((state) => state.openTerminals);
  const forwards = useApp((state) => state.forwards);
  const hasOpenClaw = useApp((state) => state.remotes.some((remote) => remote.peer === peerId));
  return useMemo(
    () => ({
      terminals: terminals.filter((terminal) => terminal.peerId === peerId && terminal.isEnded !== true),
      forwards: forwardsOn(forwards, [{ peerId }]).filter((forward) => machineOfForward(forward) === peerId),
      hasOpenClaw,
    }),
    [terminals, forwards, hasOpenClaw, peerId],
  );
}

/** Reports whether what is open on a machine works now: the machine is online, its link isn't interrupted, and it isn't suspended. */
export function isUp({ online, link, suspendedSince }: Pick<PeerView, 'online' | 'link' | 'suspendedSince'>): boolean {
  return online && link?.state !== 'reconnecting' && suspendedSince === undefined;
}

/** Counts what is open on a machine that isn't there now, and says until when it keeps terminals where that is known; empty if nothing is. */
export function waitingText(opened: OpenNow, machine: PeerView, now: number): string {
  const open = openNowText(opened);
  if (open === '') return '';
  const until = opened.terminals.length === 0 ? undefined : terminalsKeptUntil(machine, now);
  return [
    text('machines.open.waiting', { open }),
    until === undefined ? '' : text('machines.open.kept', { time: formatMoment(until, now) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Counts what is open, such as "2 terminals · 1 forward"; empty if nothing is. A line breaks between the counts, not within one. */
export function openNowText({ terminals, forwards, hasOpenClaw }: OpenNow): string {
  return [
    terminals.length > 0 && text('machines.open.terminals', { count: terminals.length }),
    forwards.length > 0 && text('machines.open.forwards', { count: forwards.length }),
    hasOpenClaw && text('app.page.openclaw'),
  ]
    .filter((part) => part !== false)
    .map((part) => part.replaceAll(' ', NO_BREAK))
    .join(' · ');
}
