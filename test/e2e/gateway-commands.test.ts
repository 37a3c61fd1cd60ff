import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble, RawClient, RawDevice } from '#test/support/gateway/index.ts';

/** For a machine that is busy with other things, ms. */
const PATIENCE = 60_000;

const waiting = z.array(z.object({ key: z.string(), kind: z.string(), requestId: z.string() }));
const devices = z.object({ paired: z.array(z.object({ deviceId: z.string(), self: z.boolean() })) });

describe('clawreach gateway, requests, devices and nodes, with a gateway', () => {
  let stage: Stage;
  let laptop: Device;
  let gateway: GatewayDouble;
  let tokenFile: string;

  beforeAll(async () => {
    stage = new Stage();
    laptop = stage.device('laptop');
    gateway = await GatewayDouble.start();
    tokenFile = join(stage.directory, 'token.txt');
    await writeFile(tokenFile, `${gateway.secret.value}\n`);
  }, PATIENCE);
  afterAll(async () => {
    await gateway.stop();
    await stage.close();
  });

  it('leave an unknown certificate undecided, and wait for approval after the right fingerprint was given', async () => {
    const fingerprint = gateway.fingerprint ?? '';
    const added = await laptop.run(['gateway', 'add', gateway.url, '--name', 'lab', '--token-file', tokenFile]);
    expect(added.code).toBe(8);
    expect(added.stderr).toContain(`clawreach gateway trust lab --fingerprint ${fingerprint}`);
    const wrong = await laptop.run(['gateway', 'trust', 'lab', '--fingerprint', '0f'.repeat(32)]);
    expect(wrong.code).toBe(7);
    expect(gateway.record.connects).toEqual([]);
    const trusted = await laptop.ok('gateway', 'trust', 'lab', '--fingerprint', fingerprint);
    expect(trusted).toContain('waits for approval');
    expect(trusted + added.stdout + added.stderr).not.toContain(gateway.secret.value);
    gateway.operator.approveDevice(gateway.operator.pendingDevices[0]?.requestId ?? '');
    expect(await laptop.ok('gateway', 'connect')).toMatch(/Operator +connected/);
  });

  it('approve a machine and then its commands, have it found and removed', async () => {
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
    const { paired } = devices.parse(JSON.parse(await laptop.ok('devices', 'list', '--json')));
    expect(paired.map(({ self }) => self)).toEqual([true]);
    await client.closed;
  });

  it('answer what an agent of the gateway wants to run, and tell what came and went', async () => {
    const watch = laptop.start(['requests', 'watch']);
    const asked = gateway.operator.ask('exec', { command: 'rm -r /tmp/x', cwd: '/tmp', host: 'gateway' });
    await watch.said(/Command +rm -r \/tmp\/x/, 'stdout', PATIENCE);
    const request = await until('the command', () => listed('exec'), PATIENCE);
    const refused = await laptop.ok('requests', 'reject', request.key, '--reason', 'not that one');
    expect(refused).toContain('refused');
    expect((await gateway.operator.decision(asked.id)).decision).toBe('deny');
    await watch.said(/waits no more/, 'stdout', PATIENCE);
    expect((await watch.end('SIGINT')).code).toBe(0);
    expect(await laptop.ok('requests', 'list', '--all')).toContain('not that one');
    const again = await laptop.run(['requests', 'approve', request.key, '--yes']);
    expect(again.stderr).toContain('[request.gone]');
  });

  it('forget the gateway', async () => {
    await laptop.ok('gateway', 'remove', 'lab', '--yes');
    expect(JSON.parse(await laptop.ok('gateway', 'list', '--json'))).toEqual([]);
    expect(gateway.record.violations).toEqual([]);
  });

  async function listed(kind: string) {
    const all = waiting.parse(JSON.parse(await laptop.ok('requests', 'list', '--json')));
    return all.find((request) => request.kind === kind);
  }
});
