import type { RunnerRegistry } from './forwards/index.ts';
import { HttpRule, LocalBridge, RemoteBridge, SocksRule } from './proxies/index.ts';

/** What runs the rules of each kind, one line each; a kind that is not here cannot be added. */
export function createRunners(): RunnerRegistry {
  return {
    socks5: (context) => new SocksRule(context, undefined),
    'http-proxy': (context) => new HttpRule(context),
    'tcp-bridge': (context) =>
      context.rule.direction === 'local' ? new LocalBridge(context) : new RemoteBridge(context),
  };
}
