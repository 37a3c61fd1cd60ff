import { beforeAll, describe, expect, it } from 'vitest';
import type { TransferView } from '#shared/app-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { loadErrors } from '../../../../src-main/desktop/locale/index.ts';
import type { SystemNotice } from '../../../../src-main/desktop/notifications/approval-notices.ts';
import {
  TRANSFER_NOTICE_INTERVAL,
  TransferNotices,
} from '../../../../src-main/desktop/notifications/transfer-notices.ts';
import { transferView } from '../views.ts';

beforeAll(loadErrors);

function notices(state: { enabled?: boolean; attended?: boolean; locked?: boolean } = {}) {
  const clock = new FakeClock();
  const shown: SystemNotice[] = [];
  const opened: (TransferView | undefined)[] = [];
  let click: () => void = () => undefined;
  const model = new TransferNotices({
    clock,
    notifier: {
      show: (notice, clicked) => {
        shown.push(notice);
        click = clicked;
      },
      clear: () => undefined,
    },
    enabled: () => state.enabled ?? true,
    attended: () => state.attended ?? false,
    locked: () => state.locked ?? false,
    open: (transfer) => opened.push(transfer),
  });
  return { clock, shown, opened, model, click: () => click() };
}

const one = (id: string, given: Partial<TransferView> = {}): TransferView => ({ ...transferView(), id, ...given });

describe('a transfer that ends', () => {
  it('is told once, and leads to its files', () => {
    const { shown, opened, model, click } = notices();
    model.update([one('a', { direction: 'in' })]);
    const done = one('a', { direction: 'in', state: 'done', names: ['<b>report</b>'], top: 3 });
    model.update([done]);
    model.update([done]);
    expect(shown).toEqual([{ title: 'Received files from office', body: '‹b›report‹/b› and 2 more' }]);
    click();
    expect(opened).toEqual([done]);
  });

  it('is told with the reason if it has failed, and not at all if it was cancelled', async () => {
    const { clock, shown, model } = notices();
    model.update([one('a'), one('b'), one('c')]);
    model.update([one('a', { state: 'cancelled' }), one('b'), one('c')]);
    expect(shown).toEqual([]);
    model.update([one('b', { state: 'failed', code: 'file.no-space' }), one('c')]);
    expect(shown[0]?.title).toBe("Files weren't sent to office");
    expect(shown[0]?.body).toContain("There isn't enough space on the disk.");
    await clock.advance(TRANSFER_NOTICE_INTERVAL);
    model.update([one('c', { state: 'partly', failed: 2 })]);
    expect(shown[1]).toEqual({ title: 'Sent files to office', body: 'report.pdf (2 missing)' });
  });

  it('shares a notification with others that end close to it', async () => {
    const { clock, shown, opened, model, click } = notices();
    model.update([]);
    model.update([one('a', { state: 'done' })]);
    const over = ['a', 'b', 'c', 'd'].map((id) => one(id, { state: id === 'd' ? 'refused' : 'done' }));
    model.update(over.slice(0, 3));
    model.update(over);
    expect(shown.length).toBe(1);
    await clock.advance(TRANSFER_NOTICE_INTERVAL);
    expect(shown[1]).toEqual({ title: '3 transfers have ended', body: '1 of them failed.' });
    click();
    expect(opened).toEqual([undefined]);
  });

  it('is not told of an earlier run, to a person who looks at the window, or who wants no notifications', () => {
    const before = notices();
    before.model.update([one('a', { state: 'done' })]);
    expect(before.shown).toEqual([]);
    for (const state of [{ attended: true }, { enabled: false }]) {
      const { shown, model } = notices(state);
      model.update([one('a')]);
      model.update([one('a', { state: 'done' })]);
      expect(shown).toEqual([]);
    }
  });

  it('shows no name on a locked screen', () => {
    const { shown, model } = notices({ locked: true });
    model.update([one('a')]);
    model.update([one('a', { state: 'done' })]);
    expect(shown).toEqual([{ title: 'ClawReach has news for you', body: '' }]);
  });
});
