import type { RemoteView } from '#shared/app-api/index.ts';
import { type StatusDotProps, quoteUntrusted } from '../../../ui/index.ts';
import { text } from '../../../locale/index.ts';
import { openClawStatus, taskText, type OpenClawStatus } from './heartbeat.ts';
import type { PromptRecipient } from './recipient.ts';

/** Status of a recipient of prompts, as the list and the panels show it: the look of the dot, and words. */
export type RecipientStatusText = Readonly<{ dot: StatusDotProps['state']; label: string }>;

/**
 * Returns the status of a recipient in the window's language. No effects.
 * @param now ms since 1970
 */
export function statusText(target: PromptRecipient, now: number): RecipientStatusText {
  if (target.kind === 'gateway') {
    const { operator, server } = target.gateway;
    if (server?.restarting === true || operator.problem?.code === 'gateway.restarting')
      return { dot: 'waiting', label: text('prompts.status.gateway.restarting') };
    return operator.state === 'connected'
      ? { dot: 'online', label: text('prompts.status.gateway.connected') }
      : { dot: 'waiting', label: text('prompts.status.gateway.disconnected') };
  }
  const status = openClawStatus(target.remote, now);
  return { dot: DOTS[status], label: text(`prompts.status.${status}`) };
}

const DOTS: Readonly<Record<OpenClawStatus, StatusDotProps['state']>> = {
  online: 'online',
  reconnecting: 'waiting',
  offline: 'offline',
  unavailable: 'offline',
  'no-heartbeat': 'waiting',
  silent: 'waiting',
};

/**
 * Returns the status of a peer's OpenClaw for the list; while it works, the number of its tasks. No effects.
 * @param now ms since 1970
 */
export function remoteSummary(remote: RemoteView, now: number): RecipientStatusText {
  const status = statusText({ kind: 'remote', remote }, now);
  const tasks = remote.heartbeat?.active_tasks ?? 0;
  return openClawStatus(remote, now) === 'online' && tasks > 0 ? { ...status, label: taskText(tasks) } : status;
}

/** Describes the machine and gateway of a recipient in a few words. */
export function describeLocation(target: PromptRecipient): string {
  if (target.kind === 'gateway') return text('prompts.local-gateway');
  const { peerName, gateway } = target.remote;
  const peer = peerName === null ? text('prompts.unknown-peer') : quoteUntrusted(peerName);
  return gateway === null
    ? text('prompts.location', { peer })
    : text('prompts.location.gateway', { peer, gateway: quoteUntrusted(gateway) });
}
