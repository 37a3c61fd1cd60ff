import { TcpFaultProxy } from '#test/support/faults/index.ts';
import { measureConnect, percentile } from './measure.ts';
import { startDirectPeers, startPeers, startRelayProcess } from './paths.ts';

/** ms there and back between the peers. */
const ROUND_TRIP = 80;

/** ms between two connects: what the last one left is gone. */
const PAUSE = 400;

/**
 * From a connect to the first byte that came back, with a round trip of 80 ms between the peers (40 to a relay in the middle, for both). The
 * delay is that of a proxy, which answers TCP's own handshake at once: for plain TCP, beside it, as for us.
 */
export async function measureFarConnect(serverPort: number, count: number): Promise<void> {
  const proxies: TcpFaultProxy[] = [];
  const delayed = async (port: number, roundTrip: number): Promise<number> => {
    const latency = { latency: roundTrip / 2 };
    const proxy = await TcpFaultProxy.start({ target: { port }, link: { up: latency, down: latency } });
    proxies.push(proxy);
    return proxy.port;
  };
  const relay = await startRelayProcess();
  const relayPort = await delayed(Number(new URL(relay.url).port), ROUND_TRIP / 2);
  const peers = await startPeers(`ws://127.0.0.1:${relayPort}`, serverPort);
  const direct = await startDirectPeers(serverPort, undefined, (port) => delayed(port, ROUND_TRIP));
  const ways = [
    ['plain TCP', await delayed(serverPort, ROUND_TRIP)],
    ['ClawReach, a new link by the relay', peers.fresh],
    ['ClawReach, a new link directly', direct.fresh],
    ['ClawReach, a stream of a link by the relay', peers.port],
    ['ClawReach, a stream of a link directly', direct.port],
  ] as const;
  console.log(`\nconnect with ${ROUND_TRIP} ms between the peers, to the first byte (goal: at most 90 ms)`);
  for (const [name, port] of ways) {
    const samples: number[] = [];
    for (let round = 0; round <= count; round += 1) {
      const [sample = NaN] = await measureConnect(port, 1);
      if (round > 0) samples.push(sample / 1000);
      await new Promise((resolve) => {
        setTimeout(resolve, PAUSE);
      });
    }
    samples.sort((a, b) => a - b);
    console.log(
      `  ${name}: p50 ${percentile(samples, 0.5).toFixed(1)} ms, p95 ${percentile(samples, 0.95).toFixed(1)} ms`,
    );
  }
  for (const proxy of proxies) await proxy.close();
}
