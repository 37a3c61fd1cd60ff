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
export function addressOf({ peer, gateway }: RemoteView): Readonly<{ peer: string; gateway?: string }> {
  return gateway === null ? { peer } : { peer, gateway };
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

/** What does the same in a terminal; a name with anything unusual in it is quoted for a shell. */
export function commandOf(target: RemoteTarget): string {
  const name = nameOf(target);
  const quoted = /^[A-Za-z0-9._-]+$/u.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
  return target.kind === 'own' ? `clawreach prompt --gateway ${quoted} "…"` : `clawreach prompt ${quoted} "…"`;
}
