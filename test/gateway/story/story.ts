import { RawClient, RawDevice } from '#test/support/gateway/index.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayAgent } from './wishes.ts';
import { endpointOf, settingsOf, StoryDevice, type Scene } from './stage.ts';

/** A double gives events at once; the real one is slow on a busy machine. Milliseconds. */
const PATIENCE = 300_000;

/**
 * A person adds a gateway, trusts it, is let in, and lives with it: one step after the other, each on what the one before has left.
 * @param open starts the gateway
 */
export function tellStory(
  place: 'a real gateway' | 'the double of a gateway',
  open: () => Promise<Readonly<{ scene: Scene; close(): Promise<void> }>>,
): void {
  describe(`the story at ${place}`, () => {
    let scene: Scene;
    let close: () => Promise<void>;
    let device: StoryDevice;

    beforeAll(async () => {
      ({ scene, close } = await open());
      device = await StoryDevice.start();
    }, PATIENCE);
    afterAll(async () => {
      await device.stop();
      await close();
    });

    it('looks at the certificate without sending anything: the same that the gateway shows', async () => {
      const probe = await device.client.call('gateways.probe', { endpoint: endpointOf(scene.url) });
      expect(probe).toMatchObject({ reachable: true, trusted: false, fingerprint: scene.fingerprint() });
    });

    it('stands still at a certificate that nobody has decided on', async () => {
      await device.client.call('gateways.add', { settings: settingsOf(scene.url), token: 'not the token' });
      const view = await device.until('operator', 'gateway.fingerprint-unknown');
      expect(view.operator.state).toBe('stopped');
      expect(view.certificate).toEqual({ fingerprint: scene.fingerprint(), before: null, trusted: false });
    });

    it('stops at a wrong token, once', async () => {
      const { id } = await device.view();
      await device.client.call('gateways.trust', { gateway: id, fingerprint: scene.fingerprint(), how: 'always' });
      const view = await device.until('operator', 'gateway.token-wrong');
      expect(view.operator).toMatchObject({ state: 'stopped', retryAt: null });
    });

    it('waits for approval with the right one, with one request', async () => {
      await device.update({}, { token: scene.token });
      const view = await device.until('operator', 'pairing');
      const again = await device.client.call('gateways.connect', { gateway: view.id });
      const later = again.operator.requestId === null ? await device.until('operator', 'pairing') : again;
      expect(later.operator.requestId).toBe(view.operator.requestId);
    });

    it('is connected after the owner has approved the device with OpenClaw’s own command', async () => {
      const { id, operator } = await device.view();
      await scene.approveDevice(operator.requestId ?? '');
      await device.client.call('gateways.connect', { gateway: id });
      const view = await device.until('operator', 'connected');
      expect(view.operator.scopes).toContain('operator.admin');
      expect(view.server?.version).toMatch(/^20\d\d\./u);
    });

    it('becomes a node in two stages, and says at which it is', async () => {
      const { settings } = await device.view();
      await device.update({ node: { ...settings.node, enabled: true } });
      const asking = await device.until('node', 'pairing');
      const asked = await device.request('device', ({ deviceId }) => deviceId === asking.node.deviceId);
      expect(asked).toMatchObject({ requestId: asking.node.requestId, roles: ['node'], scopes: [] });
      await device.client.call('requests.decide', { key: asked.key, decision: 'approve' });
      await device.client.call('gateways.connect', { gateway: asking.id });
      const connected = await device.until('node', 'connected');
      expect(connected.node.deviceId).not.toBe(connected.operator.deviceId);
      const waiting = await device.when('the commands to wait', ({ surface }) => surface.requestId !== null);
      expect(waiting.surface.waiting).toContain('system.which');
      // Until then a gateway refuses whatever a node tells of itself; that is no reason to come back anew.
      expect(waiting.node.since).toBe(connected.node.since);
      await scene.approveNode(waiting.surface.requestId ?? '');
      const view = await device.when('the commands to be approved', ({ surface }) => surface.state === 'approved');
      expect(view.surface).toMatchObject({ requestId: null, waiting: [] });
      expect(view.surface.commands).toContain('system.which');
    });

    it('answers the gateway where a program is', async () => {
      const { node } = await device.view();
      await expect(scene.which(node.deviceId, 'sh')).resolves.toMatch(/^\/.*sh$/u);
    });

    it('runs a program for the gateway after the person here has seen it and said yes', async () => {
      const { node } = await device.view();
      const output = new GatewayAgent(scene).run(node.deviceId, ['printf', '%s', 'from the node']);
      const asked = await device.request('run', ({ argv }) => argv.includes('from the node'));
      expect(asked.argv.slice(1)).toEqual(['%s', 'from the node']);
      await device.client.call('requests.decide', { key: asked.key, decision: 'approve' });
      await expect(output).resolves.toBe('from the node');
    });

    it('decides in its inbox what an agent of the gateway may run there', async () => {
      const allowed = new GatewayAgent(scene).mayRun('ls -l allowed');
      const first = await device.request('exec', ({ command }) => command === 'ls -l allowed');
      await device.client.call('requests.decide', { key: first.key, decision: 'approve' });
      await expect(allowed).resolves.toBe('allow-once');
      const refused = new GatewayAgent(scene).mayRun('ls -l refused');
      const second = await device.request('exec', ({ command }) => command === 'ls -l refused');
      await device.client.call('requests.decide', { key: second.key, decision: 'reject' });
      await expect(refused).resolves.toBe('deny');
    });

    it('approves another machine in both stages, in the inbox here, and has it do something', async () => {
      const other = new RawDevice();
      const come = () =>
        RawClient.connect(scene.url, {
          device: other,
          role: 'node',
          auth: { token: scene.token },
          caps: ['system'],
          commands: ['system.which'],
        });
      const refused = await come();
      expect(refused.answer.ok).toBe(false);
      const asking = await device.request('device', ({ deviceId }) => deviceId === other.id);
      expect(asking).toMatchObject({ kind: 'device', roles: ['node'], missingScopes: [], gatewayName: 'Lab' });
      await device.client.call('requests.decide', { key: asking.key, decision: 'approve' });
      const { client: node, answer } = await come();
      expect(answer.ok).toBe(true);
      const offer = await device.request('node', ({ deviceId }) => deviceId === other.id);
      expect(offer.commands).toEqual(['system.which']);
      await device.client.call('requests.decide', { key: offer.key, decision: 'approve' });
      const { id } = await device.view();
      const nodes = await device.client.call('nodes.list', { gateway: id });
      expect(nodes.find(({ nodeId }) => nodeId === other.id)).toMatchObject({ approval: 'approved', connected: true });
      expect(nodes.find(({ self }) => self)).toMatchObject({ approval: 'approved', connected: true });

      const invoked = device.client.call('nodes.invoke', {
        gateway: id,
        node: other.id,
        command: 'system.which',
        params: { bins: ['git'] },
      });
      const request = await node.event('node.invoke.request');
      await node.request('node.invoke.result', {
        id: request['id'],
        nodeId: other.id,
        ok: true,
        payloadJSON: JSON.stringify({ bins: { git: '/usr/bin/git' } }),
      });
      expect(await invoked).toEqual({ payload: { bins: { git: '/usr/bin/git' } } });

      const target = { gateway: id, device: other.id };
      await device.client.call('devices.rename', { ...target, label: 'Attic' });
      await device.client.call('devices.rotate', { ...target, role: 'node' });
      await node.closed;
      await device.client.call('devices.revoke', { ...target, role: 'node' });
      const devices = await device.client.call('devices.list', { gateway: id });
      expect(devices.find(({ deviceId }) => deviceId === other.id)).toMatchObject({ label: 'Attic', tokens: [] });
      await device.client.call('devices.remove', target);
      const left = await device.client.call('devices.list', { gateway: id });
      expect(left.map(({ self }) => self)).toEqual(left.map(() => true));
    });

    it('knows that another operator has decided', async () => {
      const agent = new RawDevice();
      const come = () =>
        RawClient.connect(scene.url, {
          device: agent,
          role: 'operator',
          auth: { token: scene.token },
          scopes: ['operator.approvals', 'operator.read', 'operator.write'],
        });
      await come();
      const asking = await device.request('device', ({ deviceId }) => deviceId === agent.id);
      expect(asking).toMatchObject({ kind: 'device', roles: ['operator'] });
      await device.client.call('requests.decide', { key: asking.key, decision: 'approve' });
      const { client, answer } = await come();
      expect(answer.ok).toBe(true);
      // The inbox shows the words that would run, whatever the gateway calls them.
      const commandArgv = ['ls', '-l', 'elsewhere'];
      const wish = { commandArgv, cwd: '/tmp', host: 'gateway', timeoutMs: 120_000, twoPhase: true };
      await client.request('exec.approval.request', { ...wish, command: 'ls -l elsewhere' });
      const exec = await device.request('exec', ({ command }) => command === 'ls -l elsewhere');
      const elsewhere = await RawClient.connect(scene.url, {
        device: agent,
        role: 'operator',
        auth: { token: scene.token },
        scopes: ['operator.approvals'],
        caps: ['approvals'],
      });
      await elsewhere.client.request('exec.approval.resolve', { id: exec.requestId, decision: 'deny' });
      const over = await device.decided(exec.key);
      expect(over).toMatchObject({ outcome: 'elsewhere', decision: 'reject' });
      await elsewhere.client.close();
      await client.close();
      const { id } = await device.view();
      await device.client.call('devices.remove', { gateway: id, device: agent.id });
    });

    it('reconnects by itself when the gateway starts anew', async () => {
      const before = (await device.view()).operator.since;
      await scene.restart();
      const view = await device.when(
        'both to be back',
        ({ operator, node }) => operator.state === 'connected' && node.state === 'connected' && operator.since > before,
      );
      expect(view.certificate).toBeNull();
    });

    it('takes a new token when the owner has rotated the old one', async () => {
      const { node } = await device.view();
      await scene.rotate(node.deviceId, 'node');
      const view = await device.when(
        'the node to be back',
        (now) => now.node.state === 'connected' && now.node.since > node.since && now.surface.state === 'approved',
      );
      expect(view.operator.state).toBe('connected');
    });

    it('asks for approval again when its token was revoked', async () => {
      const { id, node } = await device.view();
      await scene.revoke(node.deviceId, 'node');
      const asking = await device.until('node', 'pairing');
      await scene.approveDevice(asking.node.requestId ?? '');
      await device.client.call('gateways.connect', { gateway: id });
      const view = await device.until('node', 'connected');
      expect(view.operator.state).toBe('connected');
    });

    it('stops hard when the certificate was replaced, until somebody decides on the new one', async () => {
      const before = scene.fingerprint();
      await scene.replaceCertificate();
      const view = await device.until('operator', 'gateway.fingerprint-changed');
      expect(view.operator.state).toBe('stopped');
      expect(view.certificate).toEqual({ fingerprint: scene.fingerprint(), before, trusted: false });
      await device.client.call('gateways.trust', {
        gateway: view.id,
        fingerprint: scene.fingerprint(),
        how: 'always',
        confirm: scene.fingerprint().slice(-4),
      });
      await device.until('operator', 'connected');
      await device.until('node', 'connected');
    });

    it('leaves nothing when it is removed', async () => {
      const { id } = await device.view();
      await device.client.call('gateways.remove', { gateway: id });
      expect(await device.client.call('gateways.list', {})).toEqual([]);
    });
  });
}
