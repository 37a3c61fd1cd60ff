import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { Device } from '#test/support/e2e/device.ts';
import type { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble, RawClient, RawDevice } from '#test/support/gateway/index.ts';

/** For a machine that is busy with other things, ms. */
const PATIENCE = 60_000;

const waiting = z.array(z.object({ key: z.string(), kind: z.string(), requestId: z.string() }));
/** Paired devices among those that `devices list` prints. */
const devices = z
  .array(
    z.union([
      z.object({ state: z.literal('paired'), deviceId: z.string(), self: z.boolean() }),
      z.object({ state: z.literal('pending') }),
    ]),
  )
  .transform((all) => all.filter((one) => one.state === 'paired'));

describe('clawreach gateway, requests, devices and nodes, with a gateway', () => {
  let stage: Stage;
  let laptop: Device;
  let gateway: GatewayDouble;
  let tokenFile: string;

  beforeAll(async () => {
    stage = new Stage();
    tokenFile = join(stage.directory, 'token.txt');
  });
  // What a first try has left, which failed in the middle, is none of the second one's.
  afterEach(async () => {
    await stage.restore();
    gateway.terminals.endAll();
    for (const { requestId } of gateway.operator.pendingDevices) gateway.operator.rejectDevice(requestId);
    for (const { requestId } of gateway.operator.pendingNodes) gateway.operator.rejectNode(requestId);
  });
  afterAll(async () => {
    await gateway?.stop();
    await stage.close();
  });

  /** A device and a gateway that have never met. */
  async function begin(): Promise<void> {
    await laptop?.run(['stop']);
    await gateway?.stop();
    laptop = stage.device('laptop');
    gateway = await GatewayDouble.start();
    await writeFile(tokenFile, `${gateway.secret.value}\n`);
  }

  it('leave an unknown certificate undecided, and wait for approval after the right fingerprint was given', async () => {
    await begin();
    const fingerprint = gateway.fingerprint ?? '';
    const added = await laptop.run(['gateway', 'add', gateway.url, '--name', 'lab', '--token-file', tokenFile]);
    expect(added.code).toBe(8);
    expect(added.stderr).toContain(`clawreach gateway trust lab --fingerprint ${fingerprint}`);
    const wrong = await laptop.run(['gateway', 'trust', 'lab', '--fingerprint', '0f'.repeat(32)]);
    expect(wrong.code).toBe(7);
    expect(gateway.record.connects).toEqual([]);
    const trusted = await laptop.ok('gateway', 'trust', 'lab', '--fingerprint', fingerprint);
    expect(trusted).toContain('waiting for approval');
    expect(trusted + added.stdout + added.stderr).not.toContain(gateway.secret.value);
    gateway.operator.approveDevice(gateway.operator.pendingDevices[0]?.requestId ?? '');
    expect(await laptop.ok('gateway', 'connect')).toMatch(/Operator +connected/);
  });

  it('approve a machine and then its commands, have it found and removed', async () => {
    for (const { deviceId, self } of devices.parse(JSON.parse(await laptop.ok('devices', 'list', '--json'))))
      if (!self) gateway.operator.removeDevice(deviceId);
    const other = new RawDevice();
    const come = () =>
      RawClient.connect(gateway.url, {
        device: other,
        role: 'node',
        auth: { token: gateway.secret.value },
        caps: ['system'],
        commands: ['system.which'],
      });
    const first = await come();
    expect(first.answer.ok).toBe(false);
    await until('the device', () => listed('device'), PATIENCE);
    const unsure = await laptop.run(['devices', 'approve', '--latest']);
    expect(unsure.code).toBe(2);
    const sure = await laptop.run(['devices', 'approve', '--latest', '--yes']);
    expect([sure.code, sure.stdout]).toEqual([0, expect.stringContaining('approved')]);
    expect(sure.stderr).toMatch(/Roles +node/);
    const { client } = await come();
    await until('the commands', () => listed('node'), PATIENCE);
    await laptop.ok('nodes', 'approve', other.id, '--yes');
    expect(await laptop.ok('nodes', 'status', other.id)).toMatch(/connected, approved[\s\S]*system\.which/);
    await laptop.ok('devices', 'rename', other.id.slice(0, 12), 'Attic');
    expect(await laptop.ok('devices', 'list')).toContain('Attic');
    await laptop.ok('devices', 'revoke', 'Attic', '--yes');
    await laptop.ok('devices', 'remove', 'Attic', '--yes');
    const paired = devices.parse(JSON.parse(await laptop.ok('devices', 'list', '--json')));
    expect(paired.map(({ self }) => self)).toEqual([true]);
    await client.closed;
  });

  it('answer what an agent of the gateway wants to run, and tell what came and went', async () => {
    const watch = laptop.start(['requests', 'watch']);
    const asked = gateway.operator.ask('exec', { command: 'rm -r /tmp/x', cwd: '/tmp', host: 'gateway' });
    await watch.said(/Command +rm -r \/tmp\/x/, 'stdout', PATIENCE);
    const request = await until('the command', () => listed('exec', asked.id), PATIENCE);
    const refused = await laptop.ok('requests', 'reject', request.key, '--reason', 'not that one');
    expect(refused).toContain('rejected');
    expect((await gateway.operator.decision(asked.id)).decision).toBe('deny');
    await watch.said(/no longer waiting/, 'stdout', PATIENCE);
    expect((await watch.end('SIGINT')).code).toBe(0);
    expect(await laptop.ok('requests', 'list', '--all')).toContain('not that one');
    const again = await laptop.run(['requests', 'approve', request.key, '--yes']);
    expect(again.stderr).toContain('[request.gone]');
  });

  it('open a shell on its machine: every key, its size, Ctrl-C, and its exit code', async () => {
    const window = laptop.window(['gateway', 'terminal', 'lab'], { cols: 80, rows: 24 });
    await says(window, 'echo "sum $((40 + 2))"; stty size', /^sum 42\n24 80$/m);
    window.resize(101, 33);
    await saysInTheEnd(window, 'stty size', /^33 101$/m);
    // Keys go there one by one, and not to the line editor of this terminal.
    await says(window, 'echo keys; cat -v', /^keys$/m);
    window.type('\u001b[A\u0001x\r');
    await window.until('the keys', (text) => text.includes('^[[A^Ax'), PATIENCE);
    await interrupt(window);
    await says(window, 'echo "code $?"', /^code 130$/m);
    await says(window, 'echo sleeping; sleep 1000', /^sleeping$/m);
    await interrupt(window);
    await says(window, 'echo "code again $?"', /^code again 130$/m);
    window.type('exit 7\r');
    expect(await window.ended(PATIENCE)).toEqual({ code: 7, signal: 0 });
  }, 180_000);

  it('leave the terminal here as it was, and the shell there running where that is wanted', async () => {
    const shell = laptop.shell();
    await shell.until('the prompt', (text) => text.includes('here>'), PATIENCE);
    shell.type('stty -g; clawreach gateway terminal lab; echo "ended $?"; stty -g\r');
    await says(shell, 'kept=$((6 * 7)); echo "shell $$"', /^shell (\d+)$/m);
    shell.type('\r~d');
    await shell.until('the end', (text) => /^ended 0\n[\da-f:]+$/m.test(text), PATIENCE);
    const modes = [...shell.text().matchAll(/^[\da-f]+(?::[\da-f]+){5,}$/gm)].map(([line]) => line);
    expect(modes).toHaveLength(2);
    expect(modes[1]).toBe(modes[0]);
    const [, id = ''] = /--attach (\S+?)`/.exec(shell.text().replaceAll(/\n(?=\S)/g, '')) ?? [];
    expect(id).not.toBe('');
    expect(await laptop.ok('gateway', 'terminal', 'lab', '--list')).toMatch(new RegExp(`${id}.* no$`, 'm'));
    const again = laptop.window(['gateway', 'terminal', 'lab', '--attach', id.slice(0, 8)]);
    await says(again, 'echo "kept $kept"', /^kept 42$/m);
    again.type('\r~.');
    expect((await again.ended(PATIENCE)).code).toBe(130);
    await until(
      'nothing to run there',
      async () => !(await laptop.ok('gateway', 'terminal', '--list')).includes(id) || undefined,
      PATIENCE,
    );
  }, 180_000);

  it('go on with the same shell after the connection was lost, and say that a restart has ended it', async () => {
    const window = laptop.window(['gateway', 'terminal', 'lab']);
    const [, before = ''] = await says(window, 'echo "shell $$"', /^shell (\d+)$/m);
    gateway.faults.cut();
    // What is typed before the loss is noticed may be lost with it, and is not sent twice: a person types it again.
    const [, after = ''] = await saysInTheEnd(window, 'echo "again $$"', /^again (\d+)$/m);
    expect(after).toBe(before);
    const [{ terminal }] = z
      .tuple([z.object({ terminal: z.string() })], z.unknown())
      .parse(JSON.parse(await laptop.ok('gateway', 'terminal', 'lab', '--list', '--json')));
    await gateway.restart();
    const { code } = await window.ended(PATIENCE);
    expect(code).not.toBe(0);
    expect(window.text()).toContain('[terminal.unknown]');
    await until(
      'the gateway',
      async () => /Operator +connected/.test(await laptop.ok('gateway', 'status', 'lab')) || undefined,
      PATIENCE,
    );
    const gone = await laptop.run(['gateway', 'terminal', 'lab', '--attach', terminal]);
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('[usage.gateway-terminal]')]);
    const anew = laptop.window(['gateway', 'terminal', 'lab']);
    await says(anew, 'echo "a new one $((1 + 1))"', /^a new one 2$/m);
    anew.type('exit\r');
    expect((await anew.ended(PATIENCE)).code).toBe(0);
    expect(gateway.record.violations).toEqual([]);
  }, 180_000);

  it('forget the gateway', async () => {
    await laptop.ok('gateway', 'remove', 'lab', '--yes');
    expect(JSON.parse(await laptop.ok('gateway', 'list', '--json'))).toEqual([]);
    expect(gateway.record.violations).toEqual([]);
  });

  /** The same, typed again until it is so. */
  async function saysInTheEnd(window: LocalTerminal, line: string, answer: RegExp): Promise<readonly string[]> {
    const typing = setInterval(() => window.type(`${line}\r`), 1000);
    onTestFinished(() => clearInterval(typing));
    try {
      return await says(window, line, answer);
    } finally {
      clearInterval(typing);
    }
  }

  /** Ctrl-C, and the prompt after it: what is typed before the program has gone is dropped with it. */
  async function interrupt(window: LocalTerminal): Promise<void> {
    window.type('\u0003');
    await window.until('the prompt', (text) => /\^C[^^]*[#$]$/.test(text.trimEnd()), PATIENCE);
  }

  /** Types a line and waits for what its program prints. */
  async function says(window: LocalTerminal, line: string, answer: RegExp): Promise<readonly string[]> {
    window.type(`${line}\r`);
    await window.until(answer.source, (text) => answer.test(text), PATIENCE);
    return answer.exec(window.text()) ?? [];
  }

  async function listed(kind: string, id?: string) {
    const all = waiting.parse(JSON.parse(await laptop.ok('requests', 'list', '--json')));
    return all.find((request) => request.kind === kind && (id === undefined || request.requestId === id));
  }
});
