import { expect, it } from 'vitest';
import { FakeLocks, type FakeTabLocks } from '#test/support/fake-locks.ts';
import { TABS_KEY } from '#renderer/store/index.ts';
import { claimTabs } from '../../../../src-renderer/features/terminals/tabs/claim-tabs.ts';
import { readTabs, type TabStorage } from '../../../../src-renderer/features/terminals/tabs/saved-tabs.ts';
import { TabLock } from '../../../../src-renderer/features/terminals/tabs/tab-lock.ts';

function createStorage(): TabStorage {
  const values = new Map<string, string>();
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) };
}

/** Browser whose tabs share one storage. */
class Browser {
  readonly storage = createStorage();
  readonly #locks = new FakeLocks();

  /** Opens a tab, or one that has the session of another: a reload, or a duplicate. */
  open(session = createStorage()): Tab {
    const locks = this.#locks.tab();
    return {
      session,
      locks,
      claim: async (reloadWithin) => await claimTabs({ storage: this.storage, session, locks }, reloadWithin),
      close: () => locks.close(),
    };
  }
}

type Tab = Readonly<{
  session: TabStorage;
  locks: FakeTabLocks;
  claim(reloadWithin?: number): Promise<TabStorage>;
  close(): void;
}>;

const store = (storage: TabStorage, ...terminals: readonly string[]): void =>
  storage.setItem(TABS_KEY, JSON.stringify(terminals.map((terminal) => ({ peerId: 'A', terminal, title: 'bash' }))));
const stored = (storage: TabStorage): readonly (string | undefined)[] =>
  readTabs(storage).flatMap(({ terminals }) => terminals.map(({ terminal }) => terminal));

it('gives a second tab of the browser none of the terminals of the first', async () => {
  const browser = new Browser();
  const first = await browser.open().claim();
  store(first, 'split', 'top');
  const second = await browser.open().claim();
  expect(stored(second)).toEqual([]);
  store(second, 'new');
  expect(stored(first)).toEqual(['split', 'top']);
});

it('gives a new tab what tabs that are closed have stored, and no other tab gets it again', async () => {
  const browser = new Browser();
  const [one, two] = [browser.open(), browser.open()];
  store(await one.claim(), 'a');
  store(await two.claim(), 'b');
  one.close();
  two.close();
  expect(stored(await browser.open().claim())).toEqual(['a', 'b']);
  expect(stored(await browser.open().claim())).toEqual([]);
});

it('gives a new tab no terminal of a closed one that another tab shows', async () => {
  const browser = new Browser();
  const [one, two] = [browser.open(), browser.open()];
  store(await one.claim(), 'a');
  store(await two.claim(), 'a', 'b');
  const shown = new TabLock(one.locks, { lost: () => undefined, back: () => undefined });
  await shown.hold('peer A a', 'take');
  two.close();
  expect(stored(await browser.open().claim())).toEqual(['b']);
});

it('gives a tab its own terminals after a reload, also while the page before still ends', async () => {
  const browser = new Browser();
  const [one, two] = [browser.open(), browser.open()];
  store(await one.claim(), 'a');
  store(await two.claim(), 'b');
  const again = browser.open(two.session).claim();
  two.close();
  expect(stored(await again)).toEqual(['b']);
});

it('gives a duplicate of a tab a place of its own', async () => {
  const browser = new Browser();
  const one = browser.open();
  store(await one.claim(), 'a');
  expect(stored(await browser.open(one.session).claim(0))).toEqual([]);
});

it('gives what earlier versions stored to the first tab', async () => {
  const browser = new Browser();
  store(browser.storage, 'a');
  expect(stored(await browser.open().claim())).toEqual(['a']);
  expect(stored(await browser.open().claim())).toEqual([]);
});
