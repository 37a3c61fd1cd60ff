import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MappingOutcome } from '#node/port-mapping/index.ts';
import { RouterNetwork, routerProblem, type RouterKind } from '#test/support/port-mapping/router-network.ts';

const ASK = fileURLToPath(new URL('../support/port-mapping/ask.ts', import.meta.url));
const REQUEST = JSON.stringify({ protocol: 'tcp', port: 7474, externalPort: 7474, life: 3_600_000 });
const ALL = 'pcp,nat-pmp,upnp';
const run = promisify(execFile);

function home(kind: RouterKind): RouterNetwork {
  const network = new RouterNetwork(kind);
  onTestFinished(() => network.close());
  return network;
}

async function ask(network: RouterNetwork, ...words: readonly string[]): Promise<MappingOutcome> {
  const [program, ...on] = network.on('home');
  const { stdout } = await run(program, [...on, process.execPath, ASK, ...words]);
  return JSON.parse(stdout) as MappingOutcome;
}

/** The daemon takes a moment to listen. */
async function mapped(network: RouterNetwork, methods: string) {
  const outcomes: MappingOutcome[] = [];
  await expect
    .poll(async () => {
      outcomes.push(await ask(network, 'map', methods, REQUEST));
      return outcomes.at(-1)?.kind;
    })
    .toBe('mapped');
  const last = outcomes.at(-1);
  if (last?.kind !== 'mapped') throw new Error('not mapped');
  return last.mapped;
}

const problem = routerProblem();
if (problem !== undefined) console.warn(`the real router is left out: ${problem}`);

describe.skipIf(problem !== undefined)('a real router of miniupnpd', () => {
  it.each(['pcp', 'nat-pmp', 'upnp'])(
    'opens the port by %s, passes connections on, and closes it [S-MAP-4]',
    async (method) => {
      const network = home({ serves: 'all' });
      const port = await mapped(network, method);
      expect(port).toEqual({ method, address: network.address, port: 7474, life: 3_600_000 });
      expect(network.translations()).toContain(`dnat ip to ${RouterNetwork.homeAddress}:7474`);
      const [program, ...on] = network.on('home');
      const server = execFile(program, [...on, process.execPath, '-e', GREETER]);
      onTestFinished(() => void server.kill());
      const [outside, ...words] = network.on('outside');
      await expect
        .poll(async () => (await run(outside, [...words, process.execPath, '-e', VISITOR, network.address])).stdout)
        .toBe('hello from home');
      await ask(network, 'unmap', ALL, REQUEST, JSON.stringify(port));
      expect(network.translations()).not.toContain('dnat');
    },
  );

  it('serves UPnP alone: PCP and NAT-PMP are tried first, then that', async () => {
    expect(await mapped(home({ serves: 'upnp' }), ALL)).toMatchObject({ method: 'upnp' });
  });

  it('behind the address of a provider that many share says that it is of no use', async () => {
    const network = home({ serves: 'all', address: '100.64.3.2' });
    await expect.poll(() => ask(network, 'map', ALL, REQUEST)).toMatchObject({ kind: 'refused', reason: 'no-address' });
  });

  it('that maps nothing is none', async () => {
    expect(await ask(home({ serves: 'nothing' }), 'map', ALL, REQUEST)).toEqual({ kind: 'none' });
  });
});

const GREETER = `require('net').createServer((s) => s.end('hello from home')).listen(7474)`;
const VISITOR = `require('net').connect(7474, process.argv[1]).on('error', () => {}).pipe(process.stdout)`;
