import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppApiClient, ApprovalView } from '#shared/app-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

type Target = Readonly<{ host: string; ports: string }>;

describe('what a peer may reach through a device, as its person sees it', () => {
  let stage: Stage;
  let office: Device;
  let laptop: Device;
  let api: AppApiClient;
  let web: Server;
  let port: number;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay, { allow: [] }));
    api = await laptop.connect();
    web = createServer((request, response) => {
      // `/stream` never ends by itself.
      response.write('hello');
      if (request.url !== '/stream') response.end();
    });
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    ({ port } = web.address() as AddressInfo);
  });
  /** Asked for every target, and no answer of before counts. */
  beforeEach(async () => {
    for (const decision of ['--allow', '--ask']) await office.ok('rights', 'laptop', decision, 'forward');
    const kept = (await office.json('targets', 'laptop')) as Readonly<{ targets: readonly Target[] }>;
    for (const target of kept.targets)
      await office.ok('targets', 'laptop', '--remove', `${target.host}:${target.ports}`);
  });
  afterAll(async () => {
    api?.close();
    web.closeAllConnections();
    web.close();
    await stage.close();
  });

  /** A port at laptop that leads to this target at office. */
  async function bridge(host: string, to: number): Promise<Readonly<{ id: string; url: string }>> {
    const [peer] = await api.call('peers.list', {});
    const { id, address } = await api.call('forwards.add', {
      rule: {
        kind: 'tcp-bridge',
        name: `to ${host} ${to} ${Math.random()}`.slice(0, 60),
        enabled: true,
        peer: peer?.peerId ?? '',
        direction: 'local',
        listen: { host: '127.0.0.1', port: 0 },
        to: { host, port: to },
      },
    });
    return { id, url: `http://${address}` };
  }

  async function fetchText(url: string): Promise<string> {
    const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return text;
  }

  const problemOf = async (id: string): Promise<string | undefined> =>
    (await api.call('forwards.list', {})).find((one) => one.id === id)?.problem?.code;

  const pending = async (): Promise<readonly ApprovalView[]> =>
    ((await office.json('approvals')) as readonly ApprovalView[]).filter(({ state }) => state === 'pending');

  it('is asked about once, however many connections wait, with the exact target; one yes lets all of them in [S-TARGET-1]', async () => {
    const { url } = await bridge('LOCALHOST.', port);
    const all = Promise.all(Array.from({ length: 20 }, () => fetchText(url)));
    const [request] = await until('the request', async () => {
      const found = await pending();
      return found.length > 0 ? found : undefined;
    });
    expect(request).toMatchObject({ right: 'forward', detail: `connect to localhost:${port} (127.0.0.1, ::1)` });
    expect(await pending()).toHaveLength(1);
    await office.ok('approvals', 'approve', String(request?.id));
    expect(new Set(await all)).toEqual(new Set(['hello']));
    // For once is for this link: the next one goes through, and nothing was kept.
    expect(await fetchText(url)).toBe('hello');
    expect(await office.ok('targets', 'laptop')).toMatch(
      /^laptop {2}asks you for every target except these:\n {2}localhost:\d+ until .*`clawreach targets laptop --remove localhost:\d+` ends it\n$/,
    );
  });

  it('is kept when the person wants that, and listed; what is taken away ends at once [S-TARGET-1]', async () => {
    const { url } = await bridge('127.0.0.1', port);
    const first = fetchText(url);
    const [request] = await until('the request', async () => {
      const found = await pending();
      return found.length > 0 ? found : undefined;
    });
    await office.ok('approvals', 'approve', String(request?.id), '--remember');
    expect(await first).toBe('hello');
    expect(await office.ok('targets', 'laptop')).toContain(`\n  127.0.0.1:${port} by TCP\n`);
    expect(await office.ok('rights', 'laptop')).toContain('forward: asks you each time');
    const streaming = get(`${url}/stream`, { agent: false });
    const [running] = (await once(streaming, 'response')) as [IncomingMessage];
    running.on('error', () => undefined).resume();
    const cut = once(streaming, 'error');
    await office.ok('targets', 'laptop', '--remove', `127.0.0.1:${port}`);
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('never is a metadata service, however it is written, and the reason is shown on the rule', async () => {
    await office.ok('rights', 'laptop', '--allow', 'forward');
    for (const host of ['169.254.169.254', '0xa9fea9fe', '::ffff:169.254.169.254', 'metadata.google.internal.']) {
      const { id, url } = await bridge(host, 80);
      await expect(fetchText(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
      await expect.poll(() => problemOf(id), { message: host }).toBe('forward.protected');
    }
    await office.ok('rights', 'laptop', '--deny', 'forward');
    const { id, url } = await bridge('127.0.0.1', port);
    await expect(fetchText(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect.poll(() => problemOf(id)).toBe('forward.denied');
  });
});
