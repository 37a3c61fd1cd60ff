import { RelayClient, type RelayClientConfig } from '#agent/relay/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer, type DataConnectionForm, type DataConnectionFormCache } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { deviceAt, enrol, newIdentity, online } from './relay-clients.ts';

/** A memory that always says the same. */
export function fixedForm(form: DataConnectionForm): DataConnectionFormCache {
  return { recall: () => form, remember: () => undefined };
}

/** Two devices of one project whose data connections come bare, without the switch from control. */
export async function openChannelMaker(
  relay: RunningRelay,
  form: DataConnectionForm,
): Promise<Readonly<{ make(): Promise<[ByteChannel, ByteChannel]>; close(): Promise<void> }>> {
  const config: RelayClientConfig = {
    url: relay.url,
    ...(relay.tlsPin === undefined ? {} : { tlsPin: relay.tlsPin }),
  };
  const dialer = createRelayDialer({ clock: systemClock, memory: fixedForm(form) });
  const dialed: Promise<ByteChannel>[] = [];
  const clientFor = (identity: ReturnType<typeof newIdentity>): RelayClient =>
    new RelayClient({
      crypto: nativeBackend,
      identity,
      clock: systemClock,
      logger: silentLogger,
      config,
      dialer: {
        control: (endpoint, options) => dialer.control(endpoint, options),
        link(endpoint, options) {
          // The connection goes on by itself; whoever asked for it waits for ever and its life ends nothing.
          dialed.push(dialer.link(endpoint, { ...options, signal: new AbortController().signal }));
          return new Promise(() => undefined);
        },
      },
    });
  const [left, right] = [newIdentity(), newIdentity()];
  const owner = deviceAt(config, { identity: left });
  owner.client.start();
  await online(owner.client);
  const caller = clientFor(left);
  const target = clientFor(right);
  target.start();
  await online(target);
  await enrol(owner, { ...owner, identity: right });
  await owner.client.stop();
  caller.start();
  await online(caller);
  target.onIncoming = (incoming) => void incoming.accept(Uint8Array.of(1));
  return {
    async make() {
      dialed.length = 0;
      const { channel } = await caller.connect(right.peerId, Uint8Array.of(1));
      channel.setHandlers({ data: () => undefined, drain: () => undefined, closed: () => undefined });
      while (dialed.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      const [first, second] = await Promise.all(dialed);
      if (first === undefined || second === undefined) throw new Error('two channels were expected');
      return [first, second];
    },
    async close() {
      await caller.stop();
      await target.stop();
    },
  };
}
