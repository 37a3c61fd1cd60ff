import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';

/** Whom a prompt goes to: a gateway of this device, or the OpenClaw of a peer, saved under a name. */
export type PromptRecipient =
  | Readonly<{ kind: 'own'; gateway: GatewayView }>
  | Readonly<{ kind: 'remote'; remote: RemoteView }>;

/** Does not change while it is there. */
export function recipientKey(target: PromptRecipient): string {
  return target.kind === 'own' ? `own ${target.gateway.id}` : `remote ${target.remote.id}`;
}

/** Given by the person. */
export function recipientName(target: PromptRecipient): string {
  return target.kind === 'own' ? target.gateway.settings.name : target.remote.name;
}

/** As the agent wants it. */
export function addressOf({ peer, gateway }: RemoteView): { peer: string; gateway?: string } {
  return gateway === null ? { peer } : { peer, gateway };
}

/** Where it is to be done, for every call. */
export function recipientLocation(
  target: PromptRecipient,
): Readonly<{ target: { peer: string; gateway?: string } }> | Readonly<{ target: null; gateway: string }> {
  return target.kind === 'own' ? { target: null, gateway: target.gateway.id } : { target: addressOf(target.remote) };
}

/** Remotes first, for they are what the page is for; then the gateways of this device that it speaks to as an operator. */
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
 * What does the same in a terminal; safe to paste, whatever a name has in it.
 * @param session key of the session there; empty for the main one
 */
export function commandOf(target: PromptRecipient, session = ''): string {
  const words = ['clawreach prompt', placeWord(target), '"…"'];
  const gateway = target.kind === 'own' ? recipientName(target) : target.remote.gateway;
  if (gateway !== null) words.push(`--gateway=${quoteForShell(gateway)}`);
  if (session !== '') words.push(`--session=${quoteForShell(session)}`);
  return words.join(' ');
}

function placeWord(target: PromptRecipient): string {
  if (target.kind === 'own') return '.';
  const { peer, peerName } = target.remote;
  // Its id does as well where the name is not a plain word.
  return peerName !== null && PLAIN.test(peerName) ? peerName : peer;
}

function quoteForShell(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
