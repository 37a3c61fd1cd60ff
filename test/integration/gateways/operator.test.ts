import { describe, expect } from 'vitest';
import type { GatewayRequestView } from '#shared/app-api/index.ts';
import { StoryDevice } from '#test/gateway/story/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { tellStepByStep } from '#test/support/steps.ts';
import { GatewayDouble, RawClient, RawDevice } from '#test/support/gateway/index.ts';

/** Generous: for a machine that is busy with other things, ms. */
const PATIENCE = 60_000;

let gateway: GatewayDouble;
let device: StoryDevice;
let id: string;

const requests = async (): Promise<GatewayRequestView[]> => (await device.client.call('requests.list', {})).waiting;

/** The first request that suits, as soon as it is there. */
const awaited = async (what: string, suits: (request: GatewayRequestView) => boolean): Promise<GatewayRequestView> =>
  await until(what, async () => (await requests()).find(suits), PATIENCE);

const gone = async (key: string): Promise<void> =>
  void (await until(
    'the request to go',
    async () => (await requests()).every((one) => one.key !== key) || undefined,
    PATIENCE,
  ));

const outcomeOf = async (key: string) =>
  (await device.client.call('requests.list', { all: true })).decided.find((one) => one.key === key);

describe('the inbox at a gateway', () => {
  const step = tellStepByStep(async (defer) => {
    gateway = await GatewayDouble.start({ autoApproveLocal: true });
    defer(() => gateway.stop());
    device = await StoryDevice.start();
    defer(() => device.stop());
    const { hostname, port } = new URL(gateway.url);
    const added = await device.client.call('gateways.add', {
      settings: {
        name: 'Lab',
        endpoint: { host: hostname, port: Number(port), tls: true, path: '/' },
        fingerprint: gateway.fingerprint ?? '',
        operator: { enabled: true, access: 'full' },
        node: { enabled: false, name: 'story', capabilities: [] },
      },
      token: gateway.secret.value,
    });
    ({ id } = added);
    await device.until('operator', 'connected');
    gateway.autoApproveLocal = false;
  });

  step('approves a node in both stages; its commands work then', async () => {
    const other = new RawDevice();
    const ask = () =>
      RawClient.connect(gateway.url, {
        device: other,
        role: 'node',
        auth: { token: gateway.secret.value },
        caps: ['system'],
        commands: ['system.which'],
      });
    const refused = await ask();
    expect(refused.answer.ok).toBe(false);
    const first = await awaited('the device', ({ kind }) => kind === 'device');
    expect(first).toMatchObject({ gateway: id, gatewayName: 'Lab', roles: ['node'], missingScopes: [] });
    expect(first.deviceId).toBe(other.id);
    await expect.poll(async () => (await device.client.call('status.get', {})).approvalsPending).toBe(1);
    await device.client.call('requests.decide', { key: first.key, decision: 'approve' });
    const { client: node } = await ask();
    const second = await awaited('the commands', ({ kind }) => kind === 'node');
    expect(second).toMatchObject({ commands: ['system.which'], capabilities: ['system'] });
    await device.client.call('requests.decide', { key: second.key, decision: 'approve', reason: 'ours' });
    await expect
      .poll(() => device.client.call('nodes.list', { gateway: 'lab' }))
      .toMatchObject([{ nodeId: other.id, connected: true, approval: 'approved', commands: ['system.which'] }]);
    await expect.poll(() => outcomeOf(second.key)).toMatchObject({ outcome: 'approved', reason: 'ours' });
    await node.close();
  });

  step('decides on commands and plugins of the gateway; the gateway hears exactly that', async () => {
    for (const [kind, decision, word] of [
      ['exec', 'approve', 'allow-once'],
      ['exec', 'approve-always', 'allow-always'],
      ['exec', 'reject', 'deny'],
      ['plugin', 'reject', 'deny'],
    ] as const) {
      const asked = gateway.operator.ask(
        kind,
        kind === 'exec'
          ? {
              command: `true ${decision}`,
              cwd: '/srv',
              host: 'gateway',
              allowedDecisions: ['allow-once', 'allow-always', 'deny'],
            }
          : { pluginId: 'mail', title: 'Send', description: 'to Ada', severity: 'warning' },
      );
      const request = await awaited(kind, ({ requestId }) => requestId === asked.id);
      const decided = await device.client.call('requests.decide', { key: request.key, decision });
      expect(decided.outcome).toBe(decision === 'reject' ? 'rejected' : 'approved');
      expect((await gateway.operator.decision(asked.id)).decision).toBe(word);
    }
  });

  step('knows what was decided elsewhere, and what ran out', async () => {
    const asked = gateway.operator.ask('exec', { command: 'uptime' });
    const request = await awaited('the command', ({ requestId }) => requestId === asked.id);
    gateway.operator.decide(asked.id, 'deny');
    await gone(request.key);
    expect(await outcomeOf(request.key)).toMatchObject({ outcome: 'elsewhere', decision: 'reject', by: 'gateway' });
    await expect(
      device.client.call('requests.decide', { key: request.key, decision: 'approve' }),
    ).rejects.toMatchObject({ code: 'request.gone' });
    const short = gateway.operator.ask('exec', { command: 'uptime' }, 300);
    await until(
      'it to run out',
      async () => {
        const { decided } = await device.client.call('requests.list', { all: true });
        return decided.find(({ requestId }) => requestId === short.id)?.outcome === 'expired' || undefined;
      },
      PATIENCE,
    );
  });

  step('lists anew after a gap and after a reconnect', async () => {
    gateway.faults.gap(3);
    const asked = gateway.operator.ask('exec', { command: 'after the gap' });
    await awaited('the command', ({ requestId }) => requestId === asked.id);
    const before = gateway.record.requests('exec.approval.list').length;
    await until('the list', () => gateway.record.requests('exec.approval.list').length > before || undefined, PATIENCE);
    const other = gateway.operator.ask('plugin', { pluginId: 'mail', title: 'Send', description: 'to Ada' });
    const plugin = await awaited('the plugin', ({ requestId }) => requestId === other.id);
    const since = (await device.view()).operator.since;
    gateway.faults.cut();
    gateway.operator.decide(other.id, 'allow-once');
    await device.when(
      'the operator to be back',
      ({ operator }) => operator.since > since && operator.state === 'connected',
    );
    await gone(plugin.key);
    expect(await outcomeOf(plugin.key)).toMatchObject({ outcome: 'elsewhere', decision: 'approve' });
    const request = await awaited('the command', ({ requestId }) => requestId === asked.id);
    await device.client.call('requests.decide', { key: request.key, decision: 'reject' });
    expect(await requests()).toEqual([]);
  });

  step('shows devices, renames one, replaces and takes away its token, removes it', async () => {
    const known = (await device.client.call('devices.list', { gateway: id })).find(({ self }) => !self);
    const target = { gateway: id, device: known?.deviceId ?? '' };
    expect(known?.tokens.map(({ role }) => role)).toEqual(['node']);
    await device.client.call('devices.rename', { ...target, label: 'Attic' });
    await device.client.call('nodes.rename', { gateway: id, node: target.device, name: 'Attic' });
    await device.client.call('devices.rotate', { ...target, role: 'node' });
    await device.client.call('devices.revoke', { ...target, role: 'node' });
    const changed = (await device.client.call('devices.list', { gateway: id })).find(({ self }) => !self);
    expect(changed).toMatchObject({ label: 'Attic', tokens: [] });
    await device.client.call('devices.remove', target);
    expect((await device.client.call('devices.list', { gateway: id })).map(({ self }) => self)).toEqual([true]);
    await expect(device.client.call('devices.remove', target)).rejects.toMatchObject({ code: 'gateway.request' });
  });

  step('has sent nothing that the published schema does not have', () => {
    expect(gateway.record.violations).toEqual([]);
  });

  step('writes every answer and every change into the audit log', async () => {
    const audited = await device.client.call('audit.list', { limit: 100 });
    const events = audited.map(({ event }) => event);
    expect(events.filter((event) => event === 'request.decided').length).toBeGreaterThanOrEqual(7);
    expect(events).toContain('request.over');
    expect(audited.filter(({ event }) => event === 'gateway.device').map(({ fields }) => fields['change'])).toEqual([
      'removed',
      'token-revoked',
      'token-rotated',
      'renamed',
    ]);
  });
});
