import type { AppApiClient, RemoteView } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { UsageError } from '../../errors.ts';
import { chooseGateway } from '../gateway/find.ts';
import { gatewayName } from '../gateway/format.ts';
import { peerName } from '../machines/peer-format.ts';
import type { CommandContext, CommonOptions } from '../registry.ts';

/** Options of the commands below `clawreach remote` about the OpenClaw of one machine. */
export type ResolvedOpenClawOptions = CommonOptions & Readonly<{ gateway?: string }>;

/** Help for the argument that names a machine. */
export const PEER_ARGUMENT = 'name or ID of the machine; . means this machine';
/** Help for `--gateway` in commands about another machine. */
export const GATEWAY_OPTION = 'name of the gateway there (default: the first one connected)';

/**
 * An OpenClaw to use. `at` is its reference for calls of the agent, where `target: null` means this machine; `shown` is
 * its name for messages.
 */
export type ResolvedOpenClaw = Readonly<{
  at: Readonly<{ target: { peer: string; gateway?: string } }> | Readonly<{ target: null; gateway?: string }>;
  shown: string;
}>;

/**
 * Asks the agent for the machine with that name or ID, and returns its OpenClaw; `.` is a gateway of this machine.
 * @param anyGateway true if the agent may choose among the gateways of this machine; otherwise the person has to name one
 * @throws {UsageError} `usage.gateway`, `usage.no-gateway`
 * @throws {GatewayError} `gateway.unknown`
 * @throws {AppApiError} `peer.unknown`
 */
export async function findOpenClaw(
  context: CommandContext,
  client: AppApiClient,
  name: string,
  { gateway }: Readonly<{ gateway?: string }>,
  anyGateway = false,
): Promise<ResolvedOpenClaw> {
  if (name === '.') {
    if (anyGateway && gateway === undefined) return { at: { target: null }, shown: 'this machine' };
    const view = await chooseGateway(context, client, gateway);
    return { at: { target: null, gateway: view.id }, shown: gatewayName(view) };
  }
  const peer = await client.call('peers.get', { peer: name });
  return {
    at: { target: { peer: peer.peerId, ...(gateway === undefined ? {} : { gateway }) } },
    shown: peerName(peer),
  };
}

/**
 * Finds an OpenClaw that `clawreach remote save` saved, by its name or ID. Pure.
 * @throws {UsageError} `usage.remote`
 */
export function findRemote(remotes: readonly RemoteView[], name: string): RemoteView {
  const key = plainKey(name);
  const found = remotes.find((remote) => remote.id === name || plainKey(remote.name) === key);
  if (found === undefined) throw new UsageError('usage.remote', 'there is no such entry', { details: { name } });
  return found;
}
