import type { AppApiClient, RemoteView } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { UsageError } from '../../errors.ts';
import { chooseGateway } from '../gateway/find.ts';
import { gatewayName } from '../gateway/format.ts';
import { peerName } from '../machines/peer-format.ts';
import type { CommandContext, CommonOptions } from '../registry.ts';

export type ResolvedOpenClawOptions = CommonOptions & Readonly<{ gateway?: string }>;

export const PEER_ARGUMENT = 'name or ID of the machine; . for this device';
export const GATEWAY_OPTION = 'name of the gateway there; the first that is connected unless given';

/** Whose OpenClaw is meant, as the agent wants it, and what it is called here. */
export type ResolvedOpenClaw = Readonly<{
  at: Readonly<{ target: { peer: string; gateway?: string } }> | Readonly<{ target: null; gateway?: string }>;
  shown: string;
}>;

/**
 * A peer by its name or id, or with `.` a gateway of this device.
 * @param anyGateway of several here the agent takes one; else the person has to name it
 * @throws {UsageError} `usage.gateway`, `usage.no-gateway`; {GatewayError} `gateway.unknown`
 */
export async function findOpenClaw(
  context: CommandContext,
  client: AppApiClient,
  name: string,
  { gateway }: Readonly<{ gateway?: string }>,
  anyGateway = false,
): Promise<ResolvedOpenClaw> {
  if (name === '.') {
    if (anyGateway && gateway === undefined) return { at: { target: null }, shown: 'this device' };
    const view = await chooseGateway(context, client, gateway);
    return { at: { target: null, gateway: view.id }, shown: gatewayName(view) };
  }
  const peer = await client.call('peers.get', { peer: name });
  return {
    at: { target: { peer: peer.peerId, ...(gateway === undefined ? {} : { gateway }) } },
    shown: peerName(peer),
  };
}

/** @throws {UsageError} `usage.remote` */
export function findRemote(remotes: readonly RemoteView[], name: string): RemoteView {
  const key = plainKey(name);
  const found = remotes.find((remote) => remote.id === name || plainKey(remote.name) === key);
  if (found === undefined) throw new UsageError('usage.remote', 'there is no such entry', { details: { name } });
  return found;
}
