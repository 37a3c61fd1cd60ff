import { TcpFaultProxy } from '#test/support/faults/index.ts';
import { startPeers, startRelayProcess } from './paths.ts';
import { measureWholePaths, printRatios, printWholePaths } from './whole-paths.ts';

/** ms there and back through the relay, by which it is further away than the other device. */
const ROUND_TRIP = 60;

type FarRelayOptions = Readonly<{
  serverPort: number;
  /** Of two peers over UDP. */
  udp: number;
  rounds: number;
  bulkBytes: number;
  quick: boolean;
}>;

/** What the choice between UDP and the relay is worth where the relay is far away and the two devices are not: a proxy gives its delay to both. */
export async function measureFarRelay({ serverPort, udp, ...how }: FarRelayOptions): Promise<void> {
  const relay = await startRelayProcess();
  // Bytes go both ways to the relay, there and back.
  const latency = { latency: ROUND_TRIP / 4 };
  const target = { port: Number(new URL(relay.url).port) };
  const proxy = await TcpFaultProxy.start({ target, link: { up: latency, down: latency } });
  const peers = await startPeers(`ws://127.0.0.1:${proxy.port}`, serverPort);
  const measured = await measureWholePaths(
    [
      { name: 'raw TCP', port: serverPort, processes: {} },
      { name: 'through the far relay', port: peers.port, processes: {} },
      { name: 'over UDP', port: udp, processes: {} },
    ],
    { ...how, echoes: 60, connects: 10, warmUp: 10 },
  );
  console.log(`\na relay that is ${ROUND_TRIP} ms away, there and back`);
  printWholePaths(measured);
  console.log('');
  printRatios(measured, 'over UDP', 'through the far relay', { bulk: 'no goal', echo: 'no goal' });
  await proxy.close();
}
