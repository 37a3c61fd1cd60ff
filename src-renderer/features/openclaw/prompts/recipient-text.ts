import { type StatusDotProps, quoteUntrusted } from '../../../ui/index.ts';
import { text } from '../../../locale/index.ts';
import { openClawStatus, type OpenClawStatus } from './heartbeat.ts';
import type { PromptRecipient } from './recipient.ts';

export type OpenClawStatusText = Readonly<{ dot: StatusDotProps['state']; label: string }>;

/** Returns the status of a recipient as a dot and a label. */
export function statusText(target: PromptRecipient, now: number): OpenClawStatusText {
  if (target.kind === 'own') {
    const { operator, server } = target.gateway;
    if (server?.restarting === true || operator.problem?.code === 'gateway.restarting')
      return { dot: 'busy', label: text('remotes.standing.own.restarting') };
    return operator.state === 'connected'
      ? { dot: 'online', label: text('remotes.standing.own.connected') }
      : { dot: 'attention', label: text('remotes.standing.own.away') };
  }
  const status = openClawStatus(target.remote, now);
  return { dot: DOTS[status], label: text(`remotes.standing.${status}`) };
}

const DOTS: Readonly<Record<OpenClawStatus, StatusDotProps['state']>> = {
  online: 'online',
  reconnecting: 'attention',
  offline: 'offline',
  unwatched: 'offline',
  unheard: 'busy',
  silent: 'attention',
};

/** Describes where a recipient is. */
export function describeLocation(target: PromptRecipient): string {
  if (target.kind === 'own') return text('remotes.own');
  const { peerName, gateway } = target.remote;
  const peer = peerName === null ? text('remotes.unknown-peer') : quoteUntrusted(peerName);
  return gateway === null
    ? text('remotes.on', { peer })
    : text('remotes.on.gateway', { peer, gateway: quoteUntrusted(gateway) });
}
