import { AutoRule, NetworkChanges } from './auto/index.ts';
import { FolderRule, type FolderParts } from './folders/index.ts';
import { DatagramRule, SocksAssociations } from './datagrams/index.ts';
import type { RuleContext, RunnerRegistry } from './forwards/index.ts';
import { HttpRule, LocalBridge, RemoteBridge, SocksRule } from './proxies/index.ts';
import { SshTunnel, type SshParts } from './ssh/index.ts';

/**
 * What runs the rules of each kind, one line each; a kind that is not here cannot be added.
 * @param parts.ssh undefined where this device has no SSH
 * @param parts.place tells when the machine is in another network; without it nobody does
 * @param parts.folders undefined where this device shares no folders
 */
export function createRunners({
  ssh,
  folders,
  place = new NetworkChanges(),
}: Readonly<{
  ssh?: SshParts | undefined;
  folders?: FolderParts | undefined;
  place?: NetworkChanges;
}> = {}): RunnerRegistry {
  return {
    socks5: (context) => new SocksRule(context, new SocksAssociations(context, context.rule.peer)),
    'http-proxy': (context) => new HttpRule(context),
    'tcp-bridge': (context) =>
      context.rule.direction === 'local' ? new LocalBridge(context) : new RemoteBridge(context),
    udp: (context) => new DatagramRule(context),
    'wg-proxy': (context) => new DatagramRule(context),
    auto: (context) => new AutoRule(context, { ssh, place }),
    ...(ssh === undefined ? {} : { 'ssh-tunnel': (context: RuleContext<'ssh-tunnel'>) => new SshTunnel(context, ssh) }),
    ...(folders === undefined ? {} : { folder: (context: RuleContext<'folder'>) => new FolderRule(context, folders) }),
  };
}
