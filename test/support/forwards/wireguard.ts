import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkProblem, type Network } from '#test/support/faults/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { has } from './programs.ts';

/** Why no WireGuard ends can be had here; undefined where they can. */
export function wireGuardProblem(): string | undefined {
  if (!has('wireguard-go', 'wg', 'ping', 'iperf3')) return 'wireguard-go, wg, ping or iperf3 is not installed';
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  const device = `crtest${process.pid % 10_000}`;
  const problem = networkProblem();
  if (problem !== undefined) return problem;
  const { status, stderr } = spawnSync('ip', ['tuntap', 'add', 'dev', device, 'mode', 'tun'], { encoding: 'utf8' });
  if (status !== 0) return `no tun device can be made: ${stderr.trim()}`;
  spawnSync('ip', ['link', 'del', device]);
  return undefined;
}

let serial = 0;

/** One end of a WireGuard tunnel: wireguard-go on a machine of its own. */
export class WireGuardEnd {
  readonly publicKey: string;
  readonly address: string;
  readonly port: number;
  readonly #on: readonly string[];
  readonly #device: string;
  readonly #process: ChildProcess;

  private constructor(on: readonly string[], device: string, running: ChildProcess, address: string, port: number) {
    this.#on = on;
    this.#device = device;
    this.#process = running;
    this.address = address;
    this.port = port;
    const key = execFileSync('wg', ['genkey'], { encoding: 'utf8' });
    this.publicKey = execFileSync('wg', ['pubkey'], { input: key, encoding: 'utf8' }).trim();
    const folder = mkdtempSync(join(tmpdir(), 'clawreach-wireguard-'));
    writeFileSync(join(folder, 'key'), key, { mode: 0o600 });
    this.#run('wg', ['set', device, 'listen-port', String(port), 'private-key', join(folder, 'key')]);
    rmSync(folder, { recursive: true });
    this.#run('ip', ['address', 'add', `${address}/24`, 'dev', device]);
    this.#run('ip', ['link', 'set', 'mtu', '1420', 'up', 'dev', device]);
  }

  /** @param address inside the tunnel */
  static async start(network: Network, machine: string, address: string, port = 51_820): Promise<WireGuardEnd> {
    serial += 1;
    const device = `wg${process.pid}x${serial}`;
    const on = network.on(machine);
    const [program, ...words] = [...on, 'wireguard-go', '-f', device];
    const running = spawn(program, words, { stdio: 'ignore', env: { ...process.env, LOG_LEVEL: 'error' } });
    await until('the device of WireGuard', () => existsSync(`/var/run/wireguard/${device}.sock`) || undefined);
    try {
      return new WireGuardEnd(on, device, running, address, port);
    } catch (error) {
      running.kill();
      throw error;
    }
  }

  /** @param endpoint where the other one is reached; none: it comes by itself */
  meet(other: WireGuardEnd, endpoint?: string): void {
    const words = ['set', this.#device, 'peer', other.publicKey, 'allowed-ips', `${other.address}/32`];
    if (endpoint !== undefined) words.push('endpoint', endpoint, 'persistent-keepalive', '5');
    this.#run('wg', words);
  }

  /** Where the other end is, as this one sees it. */
  get endpoint(): string {
    return this.#run('wg', ['show', this.#device, 'endpoints']).trim().split('\t')[1] ?? '';
  }

  /** Seconds since 1970 of the newest handshake; 0 for none. */
  get handshake(): number {
    return Number(this.#run('wg', ['show', this.#device, 'latest-handshakes']).trim().split('\t')[1] ?? 0);
  }

  /** A program on this machine, in the foreground. */
  spawn(program: string, words: readonly string[]): ChildProcess {
    const [first = '', ...rest] = [...this.#on, program, ...words];
    return spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Pings the other end until it has answered; throws after `seconds`. */
  async reaches(other: WireGuardEnd, seconds = 15): Promise<void> {
    const { code } = await ended(
      this.spawn('ping', ['-c', '1', '-w', String(seconds), '-i', '0.3', '-n', other.address]),
    );
    if (code !== 0) throw new Error(`${other.address} does not answer`);
  }

  /** What iperf3 brings to the other end with one TCP connection, Mbit/s as the receiver counts. */
  async throughput(other: WireGuardEnd, seconds: number): Promise<number> {
    const server = other.spawn('iperf3', ['-s', '-1', '-B', other.address, '--forceflush']);
    try {
      const [heard] = (await once(server.stdout ?? server, 'data')) as [Buffer];
      if (!heard.toString().includes('---')) throw new Error('iperf3 does not listen');
      await until('the server of iperf3', () =>
        this.#quiet('ping', ['-c', '1', '-w', '2', other.address]) ? true : undefined,
      );
      const words = ['-c', other.address, '-t', String(seconds), '-J'];
      const { code, output } = await ended(this.spawn('iperf3', words));
      if (code !== 0) throw new Error(`iperf3 ended with ${code}: ${output.slice(0, 300)}`);
      const result = JSON.parse(output) as { end: { sum_received: { bits_per_second: number } } };
      return result.end.sum_received.bits_per_second / 1e6;
    } finally {
      server.kill('SIGKILL');
    }
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }

  #quiet(program: string, words: readonly string[]): boolean {
    const [first = '', ...rest] = [...this.#on, program, ...words];
    return spawnSync(first, rest, { stdio: 'ignore' }).status === 0;
  }

  #run(program: string, words: readonly string[]): string {
    const [first = '', ...rest] = [...this.#on, program, ...words];
    return execFileSync(first, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** Waits for a program to end. */
export async function ended(child: ChildProcess): Promise<Readonly<{ code: number | null; output: string }>> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
