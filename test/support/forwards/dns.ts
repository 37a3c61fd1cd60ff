import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { findProgram } from './programs.ts';
import { UdpProgram } from './udp.ts';
import { until } from '../e2e/until.ts';

export type TestDns = Readonly<{ port: number; close(): Promise<void> }>;

/** A server of DNS on loopback that knows these names: dnsmasq, or else one that answers the first of them to every question. */
export async function startDns(names: Readonly<Record<string, string>>): Promise<TestDns> {
  const program = findProgram('dnsmasq');
  if (program === undefined) return await answerer(Object.values(names)[0] ?? '127.0.0.1');
  const known = Object.entries(names).map(([name, address]) => `--address=/${name}/${address}`);
  // Its port has to be free for TCP, too: where it ends at once, another one is tried.
  for (let tries = 0; tries < 5; tries += 1) {
    const server = await startDnsmasq(program, known);
    if (server !== undefined) return server;
  }
  throw new Error('dnsmasq ends at once, on every port');
}

/** Resolves to undefined where the port turns out to be taken. */
async function startDnsmasq(program: string, known: readonly string[]): Promise<TestDns | undefined> {
  const port = await freeUdpPort();
  const words = ['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file='];
  const where = ['--listen-address=127.0.0.1', '--bind-interfaces', `--port=${port}`, '--user=root'];
  const server = spawn(program, [...words, ...where, ...known], { stdio: 'ignore' });
  const asker = await UdpProgram.open();
  const outcome = await until('dnsmasq', () => {
    if (server.exitCode !== null) return 'ended';
    asker.send(Buffer.from('000101000001000000000000016100000100010a', 'hex'), port);
    return asker.unread > 0 ? 'answers' : undefined;
  });
  await asker.close();
  if (outcome === 'ended') return undefined;
  return {
    port,
    close: async () => {
      server.kill('SIGTERM');
      await once(server, 'exit');
    },
  };
}

async function answerer(address: string): Promise<TestDns> {
  const server = await UdpProgram.open();
  server.socket.on('message', (question, from) => {
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8580, 2);
    header.writeUInt16BE(1, 6);
    // The name is that of the question; type A, class IN, an hour, four bytes.
    const record = Buffer.concat([
      Buffer.from('c00c0001000100000e100004', 'hex'),
      Uint8Array.from(address.split('.'), Number),
    ]);
    server.socket.send(Buffer.concat([header, question.subarray(12), record]), from.port, from.address);
  });
  return { port: server.port, close: () => server.close() };
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
