import { afterEach, expect, it } from 'vitest';
import type { TypedPage } from './page-scripts.ts';
import { fill, press, says, shows, typeThere, until } from './page-steps.ts';
import type { ShareScene } from './share-scene.ts';

export type GuestsOptions = Readonly<{
  scene: ShareScene;
  /** Opens an address in a browser profile that keeps nothing of the others. */
  open(address: string): Promise<TypedPage & Readonly<{ close(): Promise<void> }>>;
}>;
type GuestTab = Awaited<ReturnType<GuestsOptions['open']>>;

/**
 * Tests of the guests of a share link, on the page that the relay serves, in whichever browser.
 * @param given what they need, when the tests run
 */
export function tellOfGuests(given: () => GuestsOptions): void {
  const tabs: GuestTab[] = [];
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
    const { scene } = given();
    scene.ahead = 0;
    await scene.endAll();
  });

  /** Opens a link. */
  async function look(url: string): Promise<GuestTab> {
    const tab = await given().open(url);
    tabs.push(tab);
    return tab;
  }

  /** Opens a link, and asks to come in. */
  async function knock(url: string, name: string): Promise<GuestTab> {
    const tab = await look(url);
    await fill(tab, 'Your name', name);
    await press(tab, 'Ask to come in');
    return tab;
  }

  /** Opens a link, and is let in once both screens show the same four words. */
  async function enter(url: string, name: string): Promise<GuestTab> {
    const { scene } = given();
    const tab = await knock(url, name);
    await says(tab, 'Waiting to be let in');
    const card = async () => (await scene.guests()).find((guest) => guest.name === name);
    await expect.poll(card).toMatchObject({ state: 'waiting' });
    const guest = await card();
    expect(guest?.words).toHaveLength(4);
    const words = `[...document.querySelectorAll('ol > li')].map((each) => each.textContent)`;
    expect(await tab.evaluate(words)).toEqual(guest?.words);
    await scene.office.api.call('shareLink.answer', { guest: guest?.id ?? '', letIn: true });
    await until(tab, `document.querySelector('.xterm textarea')`);
    return tab;
  }

  it('lets two guests watch, each after the same four words on both screens, and neither type', async () => {
    const { scene } = given();
    const { url } = await scene.share('view');
    const [ada, ben] = [await enter(url, 'Ada'), await enter(url, 'Ben')];
    const heard = scene.office.shell.last.heardText;
    for (const tab of [ada, ben]) {
      await says(tab, 'View only');
      await typeThere(tab, 'typed-by-a-viewer');
    }
    await scene.type('for-both');
    for (const tab of [ada, ben]) await shows(tab, 'for-both');
    expect(scene.office.shell.last.heardText).toBe(`${heard}for-both`);
    expect((await scene.guests()).map(({ name, state }) => [name, state])).toEqual([
      ['Ada', 'in'],
      ['Ben', 'in'],
    ]);
  }, 120_000);

  it('lets one guest in by a link for one, and tells the next that it lets no one in', async () => {
    const { scene } = given();
    const { url } = await scene.share('view', { once: true });
    await enter(url, 'Ada');
    await says(await knock(url, 'Ben'), 'This link lets no one in any more.');
    expect((await scene.guests()).map(({ name }) => name)).toEqual(['Ada']);
  }, 120_000);

  it('ends while a guest types once the link is revoked, and lets no one in later', async () => {
    const { scene } = given();
    const { url, id } = await scene.share('type');
    const ada = await enter(url, 'Ada');
    await says(ada, 'You can type');
    const { shell } = scene.office;
    await typeThere(ada, 'before-it-ends');
    await expect.poll(() => shell.last.heardText).toContain('before-it-ends');
    await scene.office.api.call('shareLink.end', { id });
    const heard = shell.last.heardText;
    await ada.type('after-its-end');
    await says(ada, 'The sharing has ended.');
    await scene.type('alone');
    await expect.poll(() => shell.last.heardText).toBe(`${heard}alone`);
    await says(await look(url), 'Nothing is shared by this link now.');
  }, 120_000);

  it('expires while a guest types, and says so', async () => {
    const { scene } = given();
    const { url } = await scene.share('type', { seconds: 600 });
    const ada = await enter(url, 'Ada');
    const { shell } = scene.office;
    await typeThere(ada, 'in-time');
    await expect.poll(() => shell.last.heardText).toContain('in-time');
    scene.ahead = 601_000;
    const heard = shell.last.heardText;
    await ada.type('too-late');
    await says(ada, 'The link has expired.');
    expect(shell.last.heardText).toBe(heard);
    expect(await scene.office.api.call('shareLink.list', {})).toEqual([]);
  }, 120_000);

  it('ends with the terminal, and says so', async () => {
    const { scene } = given();
    await scene.openTerminal();
    const ada = await enter((await scene.share('view')).url, 'Ada');
    scene.office.shell.last.exit(0);
    await says(ada, 'The terminal has ended.');
    await expect.poll(() => scene.office.api.call('shareLink.list', {})).toEqual([]);
    await scene.openTerminal();
  }, 120_000);
}
