import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayRole, GatewaySettings, GatewayView } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { GatewayManager } from '#agent/openclaw/gateways/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';

/** Far beyond what it takes, ms. */
const LIMIT = 50_000;
const signal = new AbortController().signal;

/** Waits of the agent are the test's to skip; sockets are real. */
class Desk {
  readonly clock = new FakeClock(Date.now());
  readonly lines = new MemoryLineFile();
  readonly file = new MemoryDocumentFile();
  readonly manager: GatewayManager;
  readonly double: GatewayDouble;
  id = '';

  constructor(double: GatewayDouble) {
    this.double = double;
    this.manager = new GatewayManager({
      file: this.file,
      machine: createGatewayMachine({ clock: systemClock }),
      self: { platform: 'linux', version: '0.0.0' },
      crypto: nativeBackend,
      masterSecret: nativeBackend.randomBytes(32),
      clock: this.clock,
      logger: silentLogger,
      audit: new AuditLog({ file: this.lines, clock: this.clock, logger: silentLogger }),
      deviceName: () => 'Desk',
      nodeDeclaration: () => ({ capabilities: ['system'], commands: ['system.which'] }),
      pendingRequests: () => 0,
      onChange: () => undefined,
    });
    this.manager.start();
  }

  add(changes: Partial<GatewaySettings> = {}, token: string | null = this.double.secret.value): void {
    const settings: GatewaySettings = {
      name: 'Double',
      endpoint: { host: '127.0.0.1', port: this.double.port, tls: true, path: '/' },
      fingerprint: this.double.fingerprint ?? null,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name: 'Desk node', capabilities: [] },
      ...changes,
    };
    this.id = this.manager.add({ settings, token }).id;
  }

  get view(): GatewayView {
    return this.manager.view(this.id);
  }

  /** Waits for a state of a role, skipping what the agent waits for by itself. */
  async reaches(role: GatewayRole, state: GatewayView['operator']['state']): Promise<GatewayView> {
    return await until(
      `${role} ${state}`,
      async () => {
        const { view, clock } = this;
        if (view[role].state === state) return view;
        const { retryAt } = view[role];
        if (retryAt !== null) await clock.advance(Math.max(0, retryAt - clock.now()));
        return undefined;
      },
      LIMIT,
    );
  }

  /** The next attempt of a role that waits. */
  async again(role: GatewayRole): Promise<void> {
    const before = this.double.record.connects.length;
    await until('the next attempt', async () => {
      const { retryAt } = this.view[role];
      if (retryAt !== null) await this.clock.advance(Math.max(0, retryAt - this.clock.now()));
      const connects = this.double.record.connects;
      return connects.length > before && connects.at(-1)?.outcome !== undefined ? true : undefined;
    });
  }
}

let double: GatewayDouble;
let desk: Desk;
beforeAll(async () => {
  double = await GatewayDouble.start();
});
beforeEach(() => {
  desk = new Desk(double);
});
afterEach(() => desk.manager.close());
afterAll(() => double.stop());

const NODE: Partial<GatewaySettings> = {
  operator: { enabled: false, access: 'full' },
  node: { enabled: true, name: 'Desk node', capabilities: [] },
};

describe('an operator', () => {
  it('sends nothing before its certificate is trusted, then pairs, and comes back with its own token [S-GW-2]', async () => {
    const { manager } = desk;
    desk.add({ fingerprint: null });
    const stopped = await desk.reaches('operator', 'stopped');
    expect(stopped).toMatchObject({
      certificate: { fingerprint: double.fingerprint, before: null, trusted: false },
      operator: { problem: { code: 'gateway.fingerprint-unknown' } },
    });
    expect(double.record.connects).toEqual([]);
    manager.trust(desk.id, { fingerprint: double.fingerprint ?? '', how: 'always' });
    const pairing = await desk.reaches('operator', 'pairing');
    const { requestId, deviceId } = pairing.operator;
    expect(double.operator.pendingDevices).toMatchObject([{ requestId, deviceId, role: 'operator' }]);
    // Asked for three times more, it is one request.
    for (let time = 0; time < 3; time += 1) await desk.again('operator');
    expect(double.operator.pendingDevices).toHaveLength(1);
    expect(desk.view.operator).toMatchObject({ state: 'pairing', requestId });
    double.operator.approveDevice(requestId ?? '');
    const connected = await desk.reaches('operator', 'connected');
    expect(connected.operator.scopes).toContain('operator.admin');
    expect(connected.server?.version).toBe('2026.9.6');
    expect(await manager.channel(desk.id, 'operator')?.request('device.pair.list', {})).toMatchObject({ pending: [] });

    double.faults.cut();
    await desk.reaches('operator', 'waiting');
    await desk.reaches('operator', 'connected');
    expect(double.record.connects.at(-1)?.params.auth).toEqual({ deviceToken: expect.any(String) });

    double.operator.rotateToken(deviceId, 'operator');
    await desk.reaches('operator', 'waiting');
    await desk.reaches('operator', 'connected');
    expect(double.record.connects.slice(-2).map(({ params }) => Object.keys(params.auth ?? {}))).toEqual([
      ['deviceToken'],
      ['token'],
    ]);

    double.operator.revokeToken(deviceId, 'operator');
    const again = await desk.reaches('operator', 'pairing');
    expect(again.operator.problem?.details['reason']).toBe('role-upgrade');
    double.operator.approveDevice(again.operator.requestId ?? '');
    await desk.reaches('operator', 'connected');
  });

  it('with a wrong token stops after one attempt, and goes on with the right one', async () => {
    const before = double.record.connects.length;
    desk.add({}, 'wrong');
    const { operator } = await desk.reaches('operator', 'stopped');
    expect(operator.problem?.code).toBe('gateway.token-wrong');
    desk.manager.nudge();
    await desk.clock.advance(3_600_000);
    expect(double.record.connects).toHaveLength(before + 1);
    desk.manager.update(desk.id, desk.view.settings, { token: double.secret.value });
    await desk.reaches('operator', 'pairing');
  });

  it('that is rejected does not ask again', async () => {
    desk.add();
    const { operator } = await desk.reaches('operator', 'pairing');
    double.operator.rejectDevice(operator.requestId ?? '');
    const stopped = await desk.reaches('operator', 'stopped');
    expect(stopped.operator.problem?.code).toBe('gateway.pairing-rejected');
    const count = double.record.connects.length;
    await desk.clock.advance(3_600_000);
    expect(double.record.connects).toHaveLength(count);
  });

  it('comes back when the gateway has restarted, and stops when it has another certificate', async () => {
    desk.add();
    const { operator } = await desk.reaches('operator', 'pairing');
    double.operator.approveDevice(operator.requestId ?? '');
    await desk.reaches('operator', 'connected');
    const former = desk.view.server?.startedAt;
    await double.restart({ expectedMs: 2000, reason: 'gateway restarting' });
    const waiting = await desk.reaches('operator', 'waiting');
    expect(waiting).toMatchObject({
      operator: { problem: { code: 'gateway.restarting' } },
      server: { restarting: true },
    });
    await desk.reaches('operator', 'connected');
    expect(desk.view.server).toMatchObject({ restarting: false });
    expect(former).not.toBeNull();

    const before = double.fingerprint;
    const fingerprint = await double.replaceCertificate();
    const stopped = await desk.reaches('operator', 'stopped');
    expect(stopped).toMatchObject({
      certificate: { fingerprint, before },
      operator: { problem: { code: 'gateway.fingerprint-changed' } },
    });
    desk.manager.trust(desk.id, { fingerprint, how: 'always', confirm: fingerprint.slice(-4) });
    await desk.reaches('operator', 'connected');
  });
});

describe('a node', () => {
  it('goes through both stages, and its surface is known without an operator', async () => {
    desk.add(NODE);
    const { node } = await desk.reaches('node', 'pairing');
    double.operator.approveDevice(node.requestId ?? '');
    await desk.reaches('node', 'connected');
    const pending = await until('the surface to wait', async () => {
      await desk.clock.advance(600);
      return desk.view.surface.requestId === null ? undefined : desk.view.surface;
    });
    expect(pending).toMatchObject({
      state: 'pending',
      requestId: double.operator.pendingNodes[0]?.requestId,
      waiting: ['system.which'],
    });
    double.operator.approveNode(node.deviceId);
    await until('the surface to be approved', () => (desk.view.surface.state === 'approved' ? true : undefined));
  });

  it('is both things at once with a setup code, which the gateway takes once', async () => {
    const { manager } = desk;
    desk.add({ name: 'Owner' });
    const owner = desk.id;
    const { operator } = await desk.reaches('operator', 'pairing');
    double.operator.approveDevice(operator.requestId ?? '');
    await desk.reaches('operator', 'connected');
    const { link, text, settings } = await manager.nodeInstructions(owner, {
      setupCode: true,
      url: double.url,
      signal,
    });
    expect(text).toContain(link);
    expect(JSON.parse(settings)).toMatchObject({
      gateway: { mode: 'remote', remote: { tlsFingerprint: double.fingerprint } },
    });
    const read = await manager.read(link ?? '', signal);
    expect(read).toMatchObject({
      fingerprint: double.fingerprint,
      endpoint: { host: '127.0.0.1', port: double.port, tls: true },
    });
    const view = manager.add({
      settings: { ...manager.view(owner).settings, ...NODE, name: 'Node', fingerprint: read.fingerprint },
      draft: read.draft,
    });
    desk.id = view.id;
    await desk.reaches('node', 'connected');
    expect(double.record.connects.at(-1)?.params.auth).toEqual({ bootstrapToken: expect.any(String) });
    double.faults.cut();
    await desk.reaches('node', 'waiting');
    await desk.reaches('node', 'connected');
    expect(double.record.connects.at(-1)?.params.auth).toEqual({ deviceToken: expect.any(String) });
  });
});

it('has sent nothing against the schema of the protocol', () => {
  expect(double.record.violations).toEqual([]);
});
