import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { formatAgo, type StatusDotProps } from '../../../ui/index.ts';
import { pathSummaryText } from '../../peers/index.ts';

/** State of a machine, as lists and the machine's page show it. */
export type MachineStatus = Readonly<{
  dot: StatusDotProps['state'];
  /** Name of the state, such as "Online". */
  label: string;
  /** Path in words, or since when there is none. */
  path: string;
  /** One word in place of the round trip where there is none; undefined while the machine can be measured. */
  word: string | undefined;
}>;

/** Facts about this device that decide how its machines are shown. */
export type Surroundings = Readonly<{
  /** This device is paused. */
  isPaused: boolean;
  /** A relay is set up, and can't be reached now. */
  isRelayAway: boolean;
  /** ms since 1970 */
  now: number;
}>;

/** Describes the state of a machine. Pure. */
export function machineStatus(machine: PeerView, { isPaused, isRelayAway, now }: Surroundings): MachineStatus {
  const { link, online } = machine;
  if (machine.suspendedSince !== undefined) {
    const label = text('peers.suspended.state');
    return { dot: 'waiting', label, path: label, word: text('machines.word.blocked') };
  }
  if (machine.forgottenAt !== undefined) {
    const label = text('peers.forgot.state');
    return { dot: 'offline', label, path: label, word: text('machines.word.removed') };
  }
  if (isPaused && link?.state !== 'up') {
    const label = text('peers.reach.paused');
    return { dot: 'offline', label, path: label, word: text('machines.word.paused') };
  }
  if (link?.state === 'reconnecting') {
    const label = text('peers.state.reconnecting');
    return { dot: 'waiting', label, path: waitText(machine, isRelayAway), word: text('machines.word.no-answer') };
  }
  if (link?.state === 'doubtful') {
    const label = text('peers.state.doubtful');
    return { dot: 'waiting', label, path: pathSummaryText(machine), word: text('machines.word.no-answer') };
  }
  if (online)
    return { dot: 'online', label: text('peers.state.online'), path: pathSummaryText(machine), word: undefined };
  if (isRelayAway && machine.pathMode !== 'direct-only') {
    return {
      dot: 'waiting',
      label: text('machines.state.waits'),
      path: text('machines.state.waits'),
      word: text('machines.word.waits'),
    };
  }
  return {
    dot: 'offline',
    label: text('peers.state.offline'),
    path: lastSeenText(machine, now),
    word: text('machines.word.offline'),
  };
}

/** Says when a machine was seen last. */
export function lastSeenText({ lastSeenAt }: PeerView, now: number): string {
  return lastSeenAt === null ? text('peers.seen.never') : text('peers.seen', { ago: formatAgo(lastSeenAt, now) });
}

function waitText(machine: PeerView, isRelayAway: boolean): string {
  return isRelayAway && machine.pathMode !== 'direct-only' ? text('machines.state.waits') : pathSummaryText(machine);
}
