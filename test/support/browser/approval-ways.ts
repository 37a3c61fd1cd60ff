import { expect } from 'vitest';
import type { AddingView } from '#shared/app-api/index.ts';
import { codeOf, type TestDevice } from '../hostile/device.ts';
import { ask, call, type DrivenPage } from './page-scripts.ts';

/** Page that is a member of a machine's project, online, and not paired yet. */
export type NewBrowser = Readonly<{ page: DrivenPage; peerId: string }>;
/** @returns `no error` if the page then opens a terminal there, else the error */
type Way = (office: TestDevice, browser: NewBrowser) => Promise<string>;

/** Finds an attempt to add by its number. */
const at = async (office: TestDevice, adding: number): Promise<AddingView | undefined> =>
  (await office.api.call('adding.list', {})).find((view) => view.adding === adding);
const opens = async ({ page }: NewBrowser, office: TestDevice): Promise<string> =>
  await codeOf(ask(page, 'open', { peer: office.peerId }));

/** The page shows a code, which is typed at the machine; the machine approves it. */
export const showCode: Way = async (office, browser) => {
  const { page, peerId } = browser;
  const { pairing, code } = await call(page, 'pairing.invite', { allow: [] });
  const invited = call(page, 'pairing.result', { pairing });
  const { peer, words } = await office.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] });
  expect((await invited).words).toEqual(words);
  expect([peer.peerId, peer.browser?.life, peer.pairing?.compared]).toEqual([peerId, '12h', false]);
  await office.api.call('pairing.confirm', { peer: peerId, words, life: '12h' });
  await call(page, 'pairing.confirm', { peer: office.peerId, words });
  return await opens(browser, office);
};

/** The page shows a link, by which the machine asks; both compare the words before anything is pinned. */
export const showLink: Way = async (office, browser) => {
  const { page, peerId } = browser;
  const { link = '' } = await call(page, 'adding.wait', {});
  expect(link).toContain(`&peer=${peerId}`);
  const asking = await office.api.call('adding.ask', { peerId: link });
  await expect.poll(async () => (await at(office, asking.adding))?.state).toBe('comparing');
  await expect.poll(async () => (await call(page, 'adding.list', {}))[0]?.state).toBe('comparing');
  const mine = (await at(office, asking.adding))?.other;
  const [waiting] = await call(page, 'adding.list', {});
  expect(mine).toMatchObject({ peerId, browser: '12h', words: waiting?.other?.words });
  expect(await codeOf(office.api.call('peers.get', { peer: peerId }))).toBe('peer.unknown');
  await call(page, 'adding.answer', { adding: waiting?.adding ?? 0, same: true });
  await office.api.call('adding.answer', { adding: asking.adding, same: true, life: '30d' });
  await expect.poll(async () => (await at(office, asking.adding))?.state).toBe('added');
  const added = await office.api.call('peers.get', { peer: peerId });
  expect([added.browser?.life, added.rights.terminal.decision]).toEqual(['30d', 'allow']);
  await expect.poll(async () => (await call(page, 'adding.list', {}))[0]?.state).toBe('added');
  return await opens(browser, office);
};

/** The page asks the machines of its account. The request grants nothing, and leads to the comparison of words. */
export const askMachines: Way = async (office, browser) => {
  const { page, peerId } = browser;
  const waiting = await call(page, 'adding.wait', {});
  expect(await call(page, 'adding.request', { adding: waiting.adding })).toEqual({});
  await expect.poll(async () => (await office.api.call('adding.requests', {})).length).toBe(1);
  const [request] = await office.api.call('adding.requests', {});
  expect(request).toMatchObject({ peerId, account: expect.stringContaining('@example.org') });
  expect((await office.api.call('status.get', {})).approvalsPending).toBe(1);
  expect(await codeOf(office.api.call('peers.get', { peer: peerId }))).toBe('peer.unknown');
  expect(await opens(browser, office)).not.toBe('no error');
  const asking = await office.api.call('adding.ask', { peerId });
  const here = async (): Promise<AddingView | undefined> =>
    (await call(page, 'adding.list', {})).find(({ adding }) => adding === waiting.adding);
  await expect.poll(async () => (await at(office, asking.adding))?.state).toBe('comparing');
  await expect.poll(async () => (await here())?.state).toBe('comparing');
  expect((await at(office, asking.adding))?.other?.words).toEqual((await here())?.other?.words);
  await call(page, 'adding.answer', { adding: waiting.adding, same: true });
  expect(await codeOf(office.api.call('peers.get', { peer: peerId }))).toBe('peer.unknown');
  await office.api.call('adding.answer', { adding: asking.adding, same: true });
  await expect.poll(async () => (await at(office, asking.adding))?.state).toBe('added');
  // Its card has gone.
  expect(await office.api.call('adding.requests', {})).toEqual([]);
  return await opens(browser, office);
};

/** A paired page with a terminal signs out: the machine forgets it and ends its terminal. @returns names of the stores in which something stays */
export async function signOut(office: TestDevice, { page, peerId }: NewBrowser): Promise<readonly string[]> {
  const serves = async (): Promise<boolean> =>
    (await office.api.call('terminal.served', {})).some((served) => served.peerId === peerId);
  expect(await serves()).toBe(true);
  expect(await ask(page, 'kept')).toContain('keys');
  expect(await call(page, 'device.leave', {})).toEqual({ told: true });
  await expect
    .poll(async () => (await office.api.call('peers.list', {})).map((peer) => peer.peerId))
    .not.toContain(peerId);
  await expect.poll(serves).toBe(false);
  return await ask<readonly string[]>(page, 'kept');
}
