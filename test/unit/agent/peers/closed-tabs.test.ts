import { expect, test } from 'vitest';
import { ClosedTabs, TAB_ABSENCE } from '#agent/peers/closed-tabs.ts';
import { endOfLife, PeerBook } from '#agent/peers/index.ts';
import type { BrowserLife } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

const ID = 'A'.padEnd(56, '0') as PeerId;

function open(life: BrowserLife) {
  const clock = new FakeClock();
  const book = new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger });
  const tabs = new ClosedTabs({ clock, logger: silentLogger, peers: book });
  book.onChange(({ peerId }) => tabs.changed(peerId));
  const browser = { life, endsAt: endOfLife(clock, life) };
  const pin = { certificate: certificateFor('A'), name: 'phone', grants: {}, words: null, browser };
  book.add({ ...pin, provisionalUntil: null, enrolledBy: null });
  const session = (): Readonly<{ closed: Promise<never>; close(): Promise<void> }> => {
    const { promise, resolve } = Promise.withResolvers<never>();
    return {
      closed: promise,
      close: async () => {
        resolve(undefined as never);
        await promise;
        await Promise.resolve();
      },
    };
  };
  return { clock, book, tabs, session };
}

test('a browser of one tab ends ten minutes after its last session, and not before [S-APPROVE-1]', async () => {
  const { clock, book, tabs, session } = open('tab');
  const [first, second] = [session(), session()];
  tabs.follow(ID, first);
  tabs.follow(ID, second);
  await clock.advance(TAB_ABSENCE);
  await first.close();
  await clock.advance(TAB_ABSENCE);
  expect(book.get(ID)).toBeDefined();
  await second.close();
  await clock.advance(TAB_ABSENCE - 1);
  const again = session();
  tabs.follow(ID, again);
  await clock.advance(TAB_ABSENCE);
  expect(book.get(ID)).toBeDefined();
  await again.close();
  await clock.advance(TAB_ABSENCE);
  expect(book.get(ID)).toBeUndefined();
  tabs.close();
});

test('one that never came ends, too; one with a longer life stays', async () => {
  const gone = open('tab');
  await gone.clock.advance(TAB_ABSENCE);
  expect(gone.book.get(ID)).toBeUndefined();
  const kept = open('12h');
  await kept.clock.advance(TAB_ABSENCE);
  expect(kept.book.get(ID)).toBeDefined();
  // A person shortens it to its tab.
  kept.book.setBrowserLife(ID, 'tab');
  await kept.clock.advance(TAB_ABSENCE);
  expect(kept.book.get(ID)).toBeUndefined();
});
