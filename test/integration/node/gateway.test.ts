import { describe, expect, it } from 'vitest';
import { GatewayManager } from '#agent/openclaw/gateways/index.ts';
import { NodeService } from '#agent/openclaw/node/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { LocalPrograms } from '#node/programs/index.ts';
import { NODE_CAPABILITIES } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { until } from '#test/support/e2e/until.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { createFakeInbox } from '#test/support/node.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const LIMIT = 50_000;

/** This machine as a node of a gateway that is there, over TLS, both stages approved. */
describe.skipIf(process.platform === 'win32')('a node at its gateway', () => {
  let inbox: ReturnType<typeof createFakeInbox>;
  let gateway: GatewayDouble;
  let manager: GatewayManager;
  let node: NodeService;
  let nodeId = '';

  shareAmongTests(async (defer) => {
    inbox = createFakeInbox('approve');
    gateway = await GatewayDouble.start();
    defer(() => gateway.stop());
    const audit = new AuditLog({ file: new MemoryLineFile(), clock: systemClock, logger: silentLogger });
    // What the manager waits for is skipped; sockets and programs are real.
    const clock = new FakeClock(Date.now());
    manager = new GatewayManager({
      file: new MemoryDocumentFile(),
      machine: createGatewayMachine({ clock: systemClock }),
      self: { platform: 'linux', version: '0.0.0' },
      crypto: nativeBackend,
      masterSecret: nativeBackend.randomBytes(32),
      clock,
      logger: silentLogger,
      audit,
      deviceName: () => 'Desk',
      nodeDeclaration: (id) => node.declaration(id),
      pendingRequests: () => 0,
      onChange: () => undefined,
    });
    defer(() => manager.close());
    node = new NodeService({
      file: new MemoryDocumentFile(),
      programs: new LocalPrograms({
        clock: systemClock,
        home: '/tmp',
        user: 'me',
        environment: { PATH: '/usr/bin:/bin' },
        privateFolders: [],
      }),
      inbox,
      notifier: async () => undefined,
      audit,
      clock: systemClock,
      logger: silentLogger,
      capabilities: (id) => manager.view(id).settings.node.capabilities,
      onChange: () => undefined,
    });
    defer(() => node.close());
    node.attach(manager);
    manager.start();
    const { id } = manager.add({
      settings: {
        name: 'Double',
        endpoint: { host: '127.0.0.1', port: gateway.port, tls: true, path: '/' },
        fingerprint: gateway.fingerprint ?? null,
        operator: { enabled: false, access: 'full' },
        node: { enabled: true, name: 'Desk node', capabilities: [...NODE_CAPABILITIES] },
      },
      token: gateway.secret.value,
    });
    const reach = async <Found>(what: string, look: () => Found | undefined): Promise<Found> =>
      await until(
        what,
        async () => {
          const { retryAt } = manager.view(id).node;
          if (retryAt !== null) await clock.advance(Math.max(0, retryAt - clock.now()));
          return look();
        },
        LIMIT,
      );
    const pending = await reach('stage 1', () => gateway.operator.pendingDevices[0]);
    gateway.operator.approveDevice(pending.requestId);
    const surface = await reach('stage 2', () => gateway.operator.pendingNodes[0]);
    gateway.operator.approveNode(surface.requestId);
    nodeId = manager.view(id).node.deviceId;
    await reach('connected', () => (manager.view(id).node.state === 'connected' ? true : undefined));
  });

  it('finds programs, runs what is approved here, and says nothing against the published schema', async () => {
    const which = await gateway.operator.invoke(nodeId, 'system.which', { bins: ['sh', 'no-such-program'] });
    expect(which).toMatchObject({ ok: true, payload: { bins: { sh: expect.stringMatching(/\/sh$/) } } });
    const prepared = await gateway.operator.invoke(nodeId, 'system.run.prepare', { command: ['echo', 'hello'] });
    expect(prepared).toMatchObject({ payload: { plan: { argv: ['echo', 'hello'], commandText: 'echo hello' } } });
    const ran = await gateway.operator.invoke(nodeId, 'system.run', { command: ['echo', 'hello'], runId: 'r1' });
    expect(ran).toMatchObject({ payload: { exitCode: 0, stdout: 'hello\n', success: true } });
    expect(inbox.asked.map(({ gatewayName, command }) => [gatewayName, command])).toEqual([['Double', 'echo hello']]);
    expect(gateway.record.violations).toEqual([]);
  });

  it('refuses in the words that gateways know', async () => {
    inbox.answer = 'reject';
    await expect(gateway.operator.invoke(nodeId, 'system.run', { command: ['echo', 'no'] })).rejects.toThrow(
      'SYSTEM_RUN_DENIED',
    );
    await expect(gateway.operator.invoke(nodeId, 'fs.listDir', { path: '/root/.ssh' })).rejects.toThrow(
      'INVALID_REQUEST',
    );
    expect(gateway.record.violations).toEqual([]);
  });

  it('ends what the gateway gives up', async () => {
    inbox.answer = 'approve';
    const caller = new AbortController();
    const work = gateway.operator.invokeUntil(nodeId, 'system.run', { command: ['sleep', '600'] }, caller.signal);
    const over = work.catch(() => undefined);
    await until('the run', async () => node.runs().find(({ outcome }) => outcome === 'running'), LIMIT);
    caller.abort();
    await over;
    await until('cancelled', async () => (node.runs()[0]?.outcome === 'cancelled' ? true : undefined), LIMIT);
    expect(gateway.record.violations).toEqual([]);
  });
});
