/**
 * `node test/bench/forwards-wireguard.ts [--quick]`: iperf3 through WireGuard over `wg-proxy` (two agents, a relay) beside the same two wireguard-go
 * that reach each other, in turns, everything on this machine. Needs root, wireguard-go, wireguard-tools and iperf3.
 */
import { readFlags } from '#test/support/command-words.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { Network } from '#test/support/faults/index.ts';
import { WireGuardEnd, wireGuardProblem } from '#test/support/forwards/wireguard.ts';
import { build } from './build.ts';
import { median } from './measure.ts';

const words = readFlags(['quick', 'built'], 'Usage: node test/bench/forwards-wireguard.ts [--quick] [--built]');
const problem = wireGuardProblem();
if (problem === undefined) await measure();
else {
  console.log(`WireGuard through wg-proxy: not measured, ${problem}`);
  process.exitCode = 1;
}

async function measure(): Promise<void> {
  const quick = words.has('quick');
  const [rounds, seconds] = quick ? [2, 3] : [5, 5];
  if (!words.has('built')) await build();
  const stage = new Stage();
  const network = Network.create(['here', 'there', 'plain-here', 'plain-there']);
  const ends: WireGuardEnd[] = [];
  const start = async (machine: string, address: string): Promise<WireGuardEnd> => {
    const end = await WireGuardEnd.start(network, machine, address);
    ends.push(end);
    return end;
  };
  try {
    const relay = await stage.startRelay();
    const { laptop } = await stage.pairedDevices(relay, { allow: ['--allow', 'forward'] });
    const api = await laptop.connect();
    const here = await start('here', '192.168.77.1');
    const there = await start('there', '192.168.77.2');
    const peer = (await api.call('peers.list', {}))[0]?.peerId ?? '';
    const listen = { host: network.hostAddress, port: 0 };
    const to = { host: network.addressOf('there'), port: there.port };
    const { address } = await api.call('forwards.add', {
      rule: { kind: 'wg-proxy', name: 'WireGuard', enabled: true, peer, listen, to },
    });
    there.meet(here);
    here.meet(there, address ?? '');
    const plainHere = await start('plain-here', '192.168.78.1');
    const plainThere = await start('plain-there', '192.168.78.2');
    plainThere.meet(plainHere);
    plainHere.meet(plainThere, `${network.addressOf('plain-there')}:${plainThere.port}`);
    await here.reaches(there);
    await plainHere.reaches(plainThere);
    const figures = { proxied: [] as number[], plain: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      figures.plain.push(await plainHere.throughput(plainThere, seconds));
      figures.proxied.push(await here.throughput(there, seconds));
    }
    const [plain, proxied] = [median(figures.plain), median(figures.proxied)];
    console.log(`iperf3, one TCP connection, median of ${rounds} rounds of ${seconds} s:`);
    console.log(`  plain WireGuard               ${plain.toFixed(0).padStart(6)} Mbit/s`);
    console.log(
      `  through wg-proxy and a relay  ${proxied.toFixed(0).padStart(6)} Mbit/s   ${(proxied / plain).toFixed(2)} of it`,
    );
    api.close();
  } finally {
    for (const end of ends) await end.close();
    network.close();
    await stage.close();
  }
}
