import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';

/** Recipient of prompts: a gateway of this device, or the saved OpenClaw of a peer. */
export type PromptRecipient =
  | Readonly<{ kind: 'own'; gateway: GatewayView }>
  | Readonly<{ kind: 'remote'; remote: RemoteView }>;

/** Returns a key that stays the same for a recipient. */
export function recipientKey(target: PromptRecipient): string {
  return target.kind === 'own' ? `own ${target.gateway.id}` : `remote ${target.remote.id}`;
}

/** Returns the name that the person has given. */
export function recipientName(target: PromptRecipient): string {
  return target.kind === 'own' ? target.gateway.settings.name : target.remote.name;
}

/** Returns the address of a peer's OpenClaw, as calls to the agent need it. */
export function addressOf({ peer, gateway }: RemoteView): { peer: string; gateway?: string } {
  return gateway === null ? { peer } : { peer, gateway };
}

/** Returns the parameters that name the recipient in calls to the agent. */
export function recipientLocation(
  target: PromptRecipient,
): Readonly<{ target: { peer: string; gateway?: string } }> | Readonly<{ target: null; gateway: string }> {
  return target.kind === 'own' ? { target: null, gateway: target.gateway.id } : { target: addressOf(target.remote) };
}

/** Lists the recipients: OpenClaws of peers, then this device's gateways with the operator role. */
export function promptRecipients(
  remotes: readonly RemoteView[],
  gateways: readonly GatewayView[],
): readonly PromptRecipient[] {
  return [
    ...remotes.map((remote): PromptRecipient => ({ kind: 'remote', remote })),
    ...gateways
      .filter(({ settings }) => settings.operator.enabled)
      .map((gateway): PromptRecipient => ({ kind: 'own', gateway })),
  ];
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/u;

/**
 * Builds the equivalent command, quoted so that any name is safe to paste. @param session key of the session there;
 * empty for the main one
 */
export function commandOf(target: PromptRecipient, session = ''): string {
  const words = ['clawreach prompt', peerWord(target), '"…"'];
  const gateway = target.kind === 'own' ? recipientName(target) : target.remote.gateway;
  if (gateway !== null) words.push(`--gateway=${quoteForShell(gateway)}`);
  if (session !== '') words.push(`--session=${quoteForShell(session)}`);
  return words.join(' ');
}

function peerWord(target: PromptRecipient): string {
  if (target.kind === 'own') return '.';
  const { peer, peerName } = target.remote;
  // A name that isn't a plain word is replaced by the peer ID.
  return peerName !== null && PLAIN.test(peerName) ? peerName : peer;
}

function quoteForShell(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
