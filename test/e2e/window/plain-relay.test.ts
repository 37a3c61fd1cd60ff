import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RouteInput, RouteName, RouteOutput } from '#shared/platform/index.ts';
import { TestBrowser } from '#test/support/accounts/test-browser.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import { base64 } from '#test/support/plain-relay/session-ids.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { openElectron } from '#test/support/window/places.ts';
import type { ElectronSurface } from '#test/support/window/surface.ts';

const OWNER = { email: 'ada@example.org', password: 'correct horse battery', name: 'Ada' };

/** The application at a relay with accounts and the documented protocol: what a person sees and decides. */
describe.skipIf(!canLaunchElectron())('a relay with accounts, in the window', () => {
  let relay: StageRelay;
  let device: Device;
  let surface: ElectronSurface;
  let owner: TestBrowser;

  // "laptop" owns the project, which belongs to an account, and "office" is its second machine.
  shareAmongTests(async (defer) => {
    const stage = new Stage();
    defer(() => stage.close());
    relay = await stage.startRelay({ words: ['--accounts=on', '--plain-protocol=on'] });
    owner = new TestBrowser(`http://127.0.0.1:${relay.port}`);
    const first = readFileSync(join(stage.directory, 'relay/first-account.txt'), 'utf8');
    await call('auth.signUp', { ...OWNER, token: /#sign-up=([\w-]{43})/.exec(first)?.[1] ?? '' });
    device = stage.device('laptop');
    const office = stage.device('office');
    await device.runAgent(relay, { first: true });
    await office.runAgent(relay, { first: true });
    await device.pairWith(office);
    const { code } = await call('account.createLinkCode');
    await device.ok('account', 'link', code, `--address=${OWNER.email}`);
    await device.ok('stop');
    surface = openElectron(device, stage);
    defer(() => surface.close());
    await surface.start();
  });

  const page = () => surface.page;
  const button = (name: string | RegExp) => page().getByRole('button', { name, exact: true });

  async function call<Name extends RouteName>(
    name: Name,
    input?: RouteInput<Name>,
    params: Readonly<Record<string, string>> = {},
  ): Promise<RouteOutput<Name>> {
    return (await owner.call(name, input, { params })).output;
  }

  /** A plain device of a project that allows such devices, its pairing code, and a token for browsers of the documented protocol. */
  async function addPlainDevice(): Promise<Readonly<{ plain: string; code: string; token: string }>> {
    const project = await call('projects.create', { name: 'Home' });
    await call('projects.change', { plainAllowed: true }, { project: project.id });
    const input = { encryption: 'relay-can-read', label: 'Laptop' } as const;
    const added = await call('devices.create', input, { project: project.id });
    const { secret } = await call('tokens.create', { name: 'test', days: 1 });
    return { plain: added.device.id, code: added.code, token: secret };
  }

  /** Starts a session of the device and opens its terminal, as a browser does. */
  async function openSession(plain: string, token: string): Promise<Readonly<{ viewer: PlainClient; id: string }>> {
    const answer = await fetch(`http://127.0.0.1:${relay.port}/functions/v1/start-session`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ device_id: plain }),
    });
    const { session_id: id } = (await answer.json()) as { session_id: string };
    const viewer = await PlainClient.open(`ws://127.0.0.1:${relay.port}/session`);
    viewer.send('auth', { token, session_id: id, device_id: plain });
    await viewer.next('auth_ok');
    viewer.send('session_start', { session_id: id, cols: 80, rows: 24 });
    return { viewer, id };
  }

  it('a person accepts that a plain relay reads here, sees who is in, and ends it [S-PLAIN-16]', async () => {
    const { plain, code, token } = await addPlainDevice();
    const laptop = await device.connect();
    // The code goes into the field for machines first, which knows what it is.
    await button('Pair a machine').first().click();
    await page().getByRole('textbox', { name: 'Code or link' }).fill(code);
    await page().getByText('This code has ten characters').locator('..').getByRole('button').click();
    expect(await page().getByLabel('Pairing code').inputValue()).toBe(code.replace('-', ''));
    await page().getByLabel('Address of the relay').fill(`http://127.0.0.1:${relay.port}`);
    await button('Continue').click();
    await page().getByText('The relay will be able to read and type here.').waitFor();
    // Nothing was sent before the answer, and Enter is none.
    await page().keyboard.press('Enter');
    expect(await laptop.call('plainRelays.list', {})).toEqual([]);
    await button('Let it read and type').click();
    const row = page().locator('[data-plain-relay]');
    await row.getByText('Online · Nothing open').waitFor();
    await row.getByText('The relay can read this').waitFor();

    const { viewer, id } = await openSession(plain, token);
    await button(/^Inbox/).click();
    await page().getByText('Approve only if you trust the relay.').waitFor();
    expect(viewer.of('session_started')).toEqual([]);
    await page().locator('[data-readiness="ready"]').getByRole('button', { name: 'Approve once' }).click();
    await viewer.next('session_started');
    const seen = (): string =>
      viewer
        .of('stdout')
        .map(({ data }) => Buffer.from(String(data?.['data_b64']), 'base64').toString())
        .join('');
    viewer.send('stdin', { session_id: id, data_b64: base64('echo "from $((6 * 7)) outside"\r') });
    await until('the output', () => (seen().includes('from 42 outside') ? true : undefined));

    // On every page: who is in, and the way to end it.
    await page()
      .getByText(/is in use here: 1 terminal open\. The relay can read it and type in it\./)
      .waitFor();
    await button(/^Machines/).click();
    await row.getByText('Online · 1 terminal open').waitFor();
    await row.getByRole('button', { name: 'End all' }).click();
    await viewer.next('session_end');
    await row.getByText('Online · Nothing open').waitFor();
    expect((await laptop.call('status.get', {})).terminals.serving).toBe(0);

    await row.getByRole('button', { name: 'Remove' }).click();
    await page().getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    await until('the relay to notice', async () => {
      const nodes = await fetch(`http://127.0.0.1:${relay.port}/functions/v1/relay-nodes`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const { nodes: all } = (await nodes.json()) as { nodes: readonly { online: boolean }[] };
      return all.some(({ online }) => online) ? undefined : true;
    });
    const entries = await laptop.call('audit.list', { limit: 100 });
    const marked = entries.filter(({ fields }) => fields['relayReads'] === true).map(({ event }) => event);
    expect(marked).toEqual(expect.arrayContaining(['plain.added', 'plain.connected', 'plain.ended', 'plain.removed']));
    laptop.close();
    expect(surface.complaints).toEqual([]);
  });

  it('a machine that the account removed is blocked here, and let back in by a person alone [S-RIGHT-7]', async () => {
    const laptop = await device.connect();
    const [office] = await laptop.call('peers.list', {});
    const { projects } = await call('projects.list');
    const owned = await Promise.all(
      projects.map(async ({ id }) => ({
        id,
        devices: (await call('devices.list', undefined, { project: id })).devices,
      })),
    );
    const project = owned.find(({ devices }) => devices.some(({ id }) => id === office?.peerId))?.id ?? '';
    await call('devices.delete', undefined, { project, device: office?.peerId ?? '' });

    const blocked = page()
      .getByRole('listitem')
      .filter({ hasText: /^Blocked since .* removed from the project/ });
    await blocked.waitFor();
    await page()
      .getByText(/^office is blocked/)
      .waitFor();
    await expect(
      laptop
        .call('rights.set', {
          peer: office?.peerId ?? '',
          right: 'terminal',
          decision: 'allow',
          expiresAt: null,
        })
        .then(() => laptop.call('peers.get', { peer: 'office' })),
    ).resolves.toMatchObject({
      rights: { terminal: { decision: 'deny' } },
    });
    await blocked.getByRole('button', { name: /^Let back in: / }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByText('If it was lost or stolen').waitFor();
    await page().keyboard.press('Enter');
    expect((await laptop.call('peers.get', { peer: 'office' })).suspendedSince).toBeDefined();
    await dialog.getByRole('button', { name: 'Let back in' }).click();
    await blocked.waitFor({ state: 'detached' });
    expect((await laptop.call('peers.get', { peer: 'office' })).suspendedSince).toBeUndefined();
    laptop.close();
    expect(surface.complaints).toEqual([]);
  });
});
