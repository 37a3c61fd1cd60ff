import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';

/** Whom a prompt goes to: a gateway of this device, or the OpenClaw of a peer, saved under a name. */
export type RemoteTarget =
  | Readonly<{ kind: 'own'; gateway: GatewayView }>
  | Readonly<{ kind: 'remote'; remote: RemoteView }>;

/** Does not change while it is there. */
export function keyOf(target: RemoteTarget): string {
  return target.kind === 'own' ? `own ${target.gateway.id}` : `remote ${target.remote.id}`;
}

/** Given by the person. */
export function nameOf(target: RemoteTarget): string {
  return target.kind === 'own' ? target.gateway.settings.name : target.remote.name;
}

/** As the agent wants it. */
export function addressOf({ peer, gateway }: RemoteView): { peer: string; gateway?: string } {
  return gateway === null ? { peer } : { peer, gateway };
}

/** Where it is to be done, for every call. */
export function placeOf(
  target: RemoteTarget,
): Readonly<{ target: { peer: string; gateway?: string } }> | Readonly<{ target: null; gateway: string }> {
  return target.kind === 'own' ? { target: null, gateway: target.gateway.id } : { target: addressOf(target.remote) };
}

/** Remotes first, for they are what the page is for; then the gateways of this device that it speaks to as an operator. */
export function targetsOf(remotes: readonly RemoteView[], gateways: readonly GatewayView[]): readonly RemoteTarget[] {
  return [
    ...remotes.map((remote): RemoteTarget => ({ kind: 'remote', remote })),
    ...gateways
      .filter(({ settings }) => settings.operator.enabled)
      .map((gateway): RemoteTarget => ({ kind: 'own', gateway })),
  ];
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/u;

/**
 * What does the same in a terminal; safe to paste, whatever a name has in it.
 * @param session key of the session there; empty for the main one
 */
export function commandOf(target: RemoteTarget, session = ''): string {
  const words = ['clawreach prompt', placeWord(target), '"…"'];
  const gateway = target.kind === 'own' ? nameOf(target) : target.remote.gateway;
  if (gateway !== null) words.push(`--gateway=${quoteForShell(gateway)}`);
  if (session !== '') words.push(`--session=${quoteForShell(session)}`);
  return words.join(' ');
}

function placeWord(target: RemoteTarget): string {
  if (target.kind === 'own') return '.';
  const { peer, peerName } = target.remote;
  // Its id does as well where the name is not a plain word.
  return peerName !== null && PLAIN.test(peerName) ? peerName : peer;
}

function quoteForShell(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
