import { RelayClient, type RelayClientConfig, type RelayClientOptions } from '#agent/relay/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { RelayStatus } from '#shared/app-api/index.ts';
import { createIdentity, type DeviceIdentity } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { ScriptedRelay } from '#test/support/scripted-relay.ts';

export type Bench = Readonly<{
  clock: FakeClock;
  relay: ScriptedRelay;
  client: RelayClient;
  identity: DeviceIdentity;
  statuses: RelayStatus[];
}>;

/** A client and its scripted relay. Jitter is the ceiling itself unless `random` is given. */
export function bench(
  config: Partial<RelayClientConfig> = {},
  more: Partial<RelayClientOptions> = {},
  relay = new ScriptedRelay(),
): Bench {
  const clock = new FakeClock();
  const identity = createIdentity(nativeBackend, nativeBackend.randomBytes(32), {
    generation: 1,
    now: Math.floor(clock.now() / 1000),
  });
  const client = new RelayClient({
    crypto: nativeBackend,
    identity,
    clock,
    logger: silentLogger,
    dialer: relay,
    config: { url: 'wss://Relay.Example', ...config },
    random: () => 0.999_999,
    ...more,
  });
  const statuses: RelayStatus[] = [];
  client.onStatus = (status) => statuses.push(status);
  return { clock, relay, client, identity, statuses };
}

/** The same, online. */
export async function onlineBench(
  config: Partial<RelayClientConfig> = {},
  more: Partial<RelayClientOptions> = {},
): Promise<Bench> {
  const made = bench(config, more);
  made.client.start();
  await made.relay.controls.at(-1)?.open();
  await made.clock.advance(0);
  if (made.client.status.state !== 'online') await made.relay.last.open();
  return made;
}
