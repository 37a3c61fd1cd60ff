import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { GatewayTerminals, type GatewayTerminal } from '#agent/openclaw/terminals/index.ts';
import { GatewayManager } from '#agent/openclaw/gateways/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Far beyond what it takes, ms. */
const LIMIT = 60_000;
const signal = new AbortController().signal;

let directory: string;
let double: GatewayDouble;
let manager: GatewayManager;
let terminals: GatewayTerminals;
let id: string;

shareAmongTests(async (defer) => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-gateway-terminals-'));
  defer(() => rm(directory, { recursive: true, force: true }));
  double = await GatewayDouble.start({ autoApproveLocal: true });
  defer(() => double.stop());
  const audit = new AuditLog({ file: new MemoryLineFile(), clock: systemClock, logger: silentLogger });
  manager = new GatewayManager({
    file: new MemoryDocumentFile(),
    machine: createGatewayMachine({ clock: systemClock }),
    self: { platform: 'linux', version: '0.0.0' },
    crypto: nativeBackend,
    masterSecret: nativeBackend.randomBytes(32),
    clock: systemClock,
    logger: silentLogger,
    audit,
    deviceName: () => 'Desk',
    nodeDeclaration: () => ({ capabilities: [], commands: [] }),
    pendingRequests: () => 0,
    onChange: () => undefined,
  });
  defer(() => manager.close());
  manager.start();
  terminals = new GatewayTerminals({ gateways: manager, clock: systemClock, logger: silentLogger, audit });
  defer(() => terminals.close());
  const settings = {
    name: 'Lab',
    endpoint: { host: '127.0.0.1', port: double.port, tls: true, path: '/' },
    fingerprint: double.fingerprint ?? null,
    operator: { enabled: true, access: 'full' },
    node: { enabled: false, name: 'Desk', capabilities: [] },
  } as const;
  ({ id } = manager.add({
    settings: { ...settings, node: { ...settings.node, capabilities: [] } },
    token: double.secret.value,
  }));
  await manager.ready(id, 'operator', { timeout: LIMIT, signal });
});

let opened: GatewayTerminal[];
beforeEach(() => {
  opened = [];
});
afterEach(() => {
  for (const terminal of opened) terminal.close();
});

it('a shell there is typed into, resized and left with its exit code', { timeout: LIMIT }, async () => {
  const terminal = await open();
  await type(terminal, 'echo sum-$((40+2)) äö€😀\r');
  await readUntil(terminal, 'sum-42 äö€😀');
  terminal.resize(93, 31);
  await type(terminal, 'stty size; exit 7\r');
  const rest = await readAll(terminal);
  expect(rest).toContain('31 93');
  expect(await terminal.ended).toEqual({ exitCode: 7, signal: null, code: null });
  expect(await codeOf(terminal.write(toUtf8('x')))).toBe('terminal.ended');
  expect(double.record.violations).toEqual([]);
});

it('the end of the input is the end of file for the program', { timeout: LIMIT }, async () => {
  const terminal = await open();
  await type(terminal, 'cat > /dev/null; echo over-$((1+1))\r');
  await readUntil(terminal, 'over-$((1+1))');
  terminal.endInput();
  expect(await readUntil(terminal, 'over-2')).toContain('over-2');
});

it('goes on after a lost connection with every line of its output, once and in order', { timeout: LIMIT }, async () => {
  const terminal = await open();
  await type(terminal, 'for i in $(seq 1 400); do echo line-$i-end; sleep 0.005; done; read go; exit 4\r');
  let output = '';
  let cuts = 0;
  // What is typed while a cut is not noticed yet may be lost, as with any key: it is typed again until the shell has heard it.
  let telling: NodeJS.Timeout | undefined;
  onTestFinished(() => clearInterval(telling));
  for (let bytes = await terminal.read(); bytes !== null; bytes = await terminal.read()) {
    output += fromUtf8(bytes);
    const wanted = [`line-20-end`, `line-150-end`, 'line-300-end'][cuts];
    if (wanted !== undefined && output.includes(`${wanted}\r`)) {
      cuts += 1;
      double.faults.cut();
    }
    if (output.includes('line-400-end\r'))
      telling ??= setInterval(() => void type(terminal, 'go\r').catch(() => undefined), 500);
  }
  expect(cuts).toBeGreaterThan(0);
  expect(numbersIn(output)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  expect(await terminal.ended).toEqual({ exitCode: 4, signal: null, code: null });
});

it(
  'a reader that does not come holds a bounded part, and reads from the gateway what it missed',
  { timeout: LIMIT },
  async () => {
    const terminal = await open();
    // 2.5 MB: more than is held here, more than the gateway has kept.
    const done = join(directory, 'done');
    await type(terminal, `seq -f line-%.0f-end 1 200000; echo all-$((1+1))-out; touch ${done}\r`);
    await until('the whole flood', () => (existsSync(done) ? true : undefined), LIMIT);
    const output = await readUntil(terminal, 'all-2-out');
    expect(output.length).toBeLessThan(2_000_000);
    const numbers = numbersIn(output);
    expect(numbers.at(-1)).toBe(200_000);
    // What is left out is left out in one piece, and the screen is drawn anew there.
    const jumps = numbers.filter((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
    expect(jumps.length).toBeLessThanOrEqual(1);

    await type(terminal, 'echo still-$((1+1))\r');
    await readUntil(terminal, 'still-2');
  },
);

it('is left running and taken up again with what it has said meanwhile', { timeout: LIMIT }, async () => {
  const first = await open();
  await type(first, 'echo before-$((1+1)); sleep 0.2; echo meanwhile-$((1+1))\r');
  await readUntil(first, 'before-2');
  first.detach();
  expect(await first.read()).toBeNull();
  expect(await terminals.list('Lab', signal)).toContainEqual(
    expect.objectContaining({ terminal: first.terminal, attached: false }),
  );
  const second = await open(first.terminal);
  expect(await readUntil(second, 'meanwhile-2')).toContain('before-2');
  // One viewer at a time.
  const third = await open(first.terminal);
  expect(await second.read()).toBeNull();
  await type(third, 'exit\r');
  expect(await readAll(third)).toContain('exit');
});

it('that is gone, or was never there, says so', { timeout: LIMIT }, async () => {
  expect(await codeOf(open('00000000-0000-4000-8000-000000000000'))).toBe('terminal.unknown');
  const terminal = await open();
  await double.restart();
  expect(await readAll(terminal)).not.toBeUndefined();
  expect(await terminal.ended).toEqual({ exitCode: null, signal: null, code: 'terminal.unknown' });
});

async function open(terminal?: string): Promise<GatewayTerminal> {
  const found = await terminals.open({ gateway: 'Lab', cols: 80, rows: 24, terminal }, signal);
  opened.push(found.terminal);
  return found.terminal;
}

async function type(terminal: GatewayTerminal, text: string): Promise<void> {
  await terminal.write(toUtf8(text));
}

async function readUntil(terminal: GatewayTerminal, wanted: string): Promise<string> {
  let output = '';
  while (!output.includes(wanted)) {
    const bytes = await terminal.read();
    if (bytes === null) throw new Error(`ended before ${wanted}: ${output.slice(-500)}`);
    output += fromUtf8(bytes);
  }
  return output;
}

async function readAll(terminal: GatewayTerminal): Promise<string> {
  let output = '';
  for (let bytes = await terminal.read(); bytes !== null; bytes = await terminal.read()) output += fromUtf8(bytes);
  return output;
}

function numbersIn(output: string): number[] {
  return [...output.matchAll(/line-(\d+)-end\r/g)].map(([, number]) => Number(number));
}
