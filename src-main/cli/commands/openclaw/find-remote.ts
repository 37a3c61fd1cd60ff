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

/** Reference to an OpenClaw for the agent, and its name on screen. */
export type ResolvedOpenClaw = Readonly<{
  at: Readonly<{ target: { peer: string; gateway?: string } }> | Readonly<{ target: null; gateway?: string }>;
  shown: string;
}>;

/**
 * Resolves a machine by its name or ID, or `.` to a gateway of this machine.
 * @param anyGateway whether the agent may choose among several local gateways; otherwise the person has to name one
 * @throws {UsageError} `usage.gateway`, `usage.no-gateway`
 * @throws {GatewayError} `gateway.unknown`
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

/** Finds a saved entry by its name. @throws {UsageError} `usage.remote` */
export function findRemote(remotes: readonly RemoteView[], name: string): RemoteView {
  const key = plainKey(name);
  const found = remotes.find((remote) => remote.id === name || plainKey(remote.name) === key);
  if (found === undefined) throw new UsageError('usage.remote', 'there is no such entry', { details: { name } });
  return found;
}
