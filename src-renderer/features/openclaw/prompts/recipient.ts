import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';

/** Recipient of prompts and workflows: one of this device's gateways, or the saved OpenClaw of a peer. The functions of this file are pure. */
export type PromptRecipient =
  | Readonly<{ kind: 'gateway'; gateway: GatewayView }>
  | Readonly<{ kind: 'remote'; remote: RemoteView }>;

/** Returns the key under which the page stores the recipient's conversation; the same for as long as the recipient is saved. */
export function recipientKey(target: PromptRecipient): string {
  return target.kind === 'gateway' ? `gateway ${target.gateway.id}` : `remote ${target.remote.id}`;
}

/** Returns the name that the person has given the recipient. */
export function recipientName(target: PromptRecipient): string {
  return target.kind === 'gateway' ? target.gateway.settings.name : target.remote.name;
}

/** Returns the peer and gateway of a saved OpenClaw, as the agent's calls take them. */
export function addressOf({ peer, gateway }: RemoteView): { peer: string; gateway?: string } {
  return gateway === null ? { peer } : { peer, gateway };
}

/** Returns the parameters that name the recipient in the agent's calls: a peer's OpenClaw, or `null` and a gateway of this device. */
export function recipientLocation(
  target: PromptRecipient,
): Readonly<{ target: { peer: string; gateway?: string } }> | Readonly<{ target: null; gateway: string }> {
  return target.kind === 'gateway'
    ? { target: null, gateway: target.gateway.id }
    : { target: addressOf(target.remote) };
}

/** Lists the recipients: the saved OpenClaw of each peer, then this device's gateways that it may operate. */
export function promptRecipients(
  remotes: readonly RemoteView[],
  gateways: readonly GatewayView[],
): readonly PromptRecipient[] {
  return [
    ...remotes.map((remote): PromptRecipient => ({ kind: 'remote', remote })),
    ...gateways
      .filter(({ settings }) => settings.operator.enabled)
      .map((gateway): PromptRecipient => ({ kind: 'gateway', gateway })),
  ];
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/u;

/**
 * Returns the shell command that sends a prompt to the recipient; quoted, so that any name is safe to paste.
 * @param session key of the session; empty for the main one
 */
export function commandOf(target: PromptRecipient, session = ''): string {
  const words = ['clawreach prompt', peerWord(target), '"…"'];
  const gateway = target.kind === 'gateway' ? recipientName(target) : target.remote.gateway;
  if (gateway !== null) words.push(`--gateway=${quoteShellWord(gateway)}`);
  if (session !== '') words.push(`--session=${quoteShellWord(session)}`);
  return words.join(' ');
}

function peerWord(target: PromptRecipient): string {
  if (target.kind === 'gateway') return '.';
  const { peer, peerName } = target.remote;
  // A name that isn't a plain word is replaced by the peer ID.
  return peerName !== null && PLAIN.test(peerName) ? peerName : peer;
}
