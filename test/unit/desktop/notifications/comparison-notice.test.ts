import { describe, expect, it } from 'vitest';
import {
  ComparisonNotice,
  type ComparisonNoticeOptions,
} from '../../../../src-main/desktop/notifications/comparison-notice.ts';
import type { SystemNotice } from '../../../../src-main/desktop/notifications/approval-notices.ts';
import { addingView } from '../views.ts';

function notices(given: Partial<ComparisonNoticeOptions> = {}) {
  const shown: SystemNotice[] = [];
  const events: string[] = [];
  let click = (): void => undefined;
  const model = new ComparisonNotice({
    notifier: {
      show: (notice, clicked) => {
        shown.push(notice);
        click = clicked;
      },
      clear: () => events.push('cleared'),
    },
    enabled: () => true,
    attended: () => false,
    locked: () => false,
    open: () => events.push('opened'),
    ...given,
  });
  return { model, shown, events, click: () => click() };
}

describe('two screens that wait to be compared', () => {
  it('are told of at once and once, by the proven ID and not by the name it gives itself; a click leads there [S-PAIR-14]', () => {
    const { model, shown, events, click } = notices();
    model.update(undefined);
    model.update(addingView());
    model.update(addingView());
    expect(shown).toEqual([
      {
        title: 'Compare four words',
        body: 'Is CR5K8ZT the right machine? Compare what both screens show.',
      },
    ]);
    click();
    expect(events).toEqual(['opened']);
  });

  it('are not told of any more once that was answered, or is over', () => {
    const { model, shown, events } = notices();
    model.update(addingView());
    model.update(undefined);
    expect(events).toEqual(['cleared']);
    // The next one, also of an agent that counts anew.
    model.update(addingView());
    expect(shown).toHaveLength(2);
  });

  it('name nobody on a locked screen [S-PAIR-14]', () => {
    const { model, shown } = notices({ locked: () => true });
    model.update(addingView());
    expect(shown).toEqual([{ title: 'Compare four words', body: '' }]);
  });

  it('are not told to who looks at them, or wants no notices', () => {
    for (const given of [{ attended: () => true }, { enabled: () => false }]) {
      const { model, shown, events } = notices(given);
      model.update(addingView());
      model.update(addingView());
      model.update(undefined);
      expect([shown, events]).toEqual([[], []]);
    }
  });
});
