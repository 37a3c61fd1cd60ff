import { describe, expect, it } from 'vitest';
import type { AgentStatus, EventPayload } from '#shared/app-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import type { SystemNotice } from '../../../../src-main/desktop/notifications/approval-notices.ts';
import {
  NEWS_DELAY,
  NEWS_INTERVAL,
  NEWS_MEMORY,
  NewsNotices,
  type NewsFacts,
} from '../../../../src-main/desktop/notifications/news-notices.ts';
import { hideTextIfLocked } from '../../../../src-main/desktop/notifications/locked-notice.ts';
import { forwardView } from '../forward-view.ts';
import { agentStatus, peerView, sharedView } from '../views.ts';
import { plainAgent } from '#test/support/app-views.ts';

function news(state: { enabled?: boolean; attended?: boolean; locked?: boolean } = {}) {
  const clock = new FakeClock();
  const shown: SystemNotice[] = [];
  const opened: EventPayload<'shell.navigate'>[] = [];
  let click: () => void = () => undefined;
  const model = new NewsNotices({
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
    open: (destination) => opened.push(destination),
  });
  return { clock, shown, opened, model, state, click: () => click() };
}

const facts = (change: Partial<NewsFacts> = {}): NewsFacts => ({
  status: agentStatus(),
  peers: [],
  forwards: [],
  shared: [],
  agents: [],
  ...change,
});
const failed = (): AgentStatus => agentStatus({ state: 'failed', problem: 'relay.removed' });

describe('news', () => {
  it('are told when they last, and lead to where something can be done', async () => {
    const { clock, shown, opened, model, click } = news();
    model.update(facts({ status: failed() }));
    await clock.advance(NEWS_DELAY - 1);
    expect(shown).toEqual([]);
    await clock.advance(1);
    expect(shown.map(({ title }) => title)).toEqual(["ClawReach isn't connected"]);
    click();
    expect(opened).toEqual([{ to: 'settings' }]);
  });

  it('that pass by themselves are not told', async () => {
    const { clock, shown, model } = news();
    model.update(facts({ status: failed() }));
    await clock.advance(NEWS_DELAY / 2);
    model.update(facts());
    await clock.advance(NEWS_MEMORY);
    expect(shown).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('that come and go are told once in half an hour, and different ones not more than one a minute, together [S-ASK-5]', async () => {
    const { clock, shown, model } = news();
    for (let time = 0; time < NEWS_MEMORY - NEWS_INTERVAL; time += 20_000) {
      model.update(facts({ status: failed() }));
      await clock.advance(15_000);
      model.update(facts());
      await clock.advance(5000);
    }
    expect(shown).toHaveLength(1);
    const broken = forwardView({ id: 'a', state: 'failed' });
    const problems = [{ code: 'store.disk-full', details: { directory: '/p', reason: 'ENOSPC' } }];
    model.update(facts({ forwards: [broken], status: { ...agentStatus(), problems } }));
    await clock.advance(NEWS_INTERVAL);
    expect(shown).toHaveLength(2);
    expect(shown[1]?.title).toBe('2 things need your attention');
  });

  it('of messages are told without names, again once all were read, and however many come only once [S-ASK-5]', async () => {
    const { clock, shown, opened, model, click } = news();
    const me = (waiting: number, held = 0) => facts({ agents: [{ ...plainAgent('me'), waiting, held }] });
    model.update(me(1));
    await clock.advance(NEWS_DELAY);
    for (let count = 2; count < 50; count += 1) {
      model.update(me(count));
      await clock.advance(NEWS_INTERVAL / 2);
    }
    expect(shown).toEqual([{ title: 'You have a message', body: 'Read it under Messages.' }]);
    click();
    expect(opened).toEqual([{ to: 'messages' }]);
    model.update(me(0));
    model.update(me(2));
    await clock.advance(NEWS_DELAY);
    expect(shown[1]?.title).toBe('You have 2 messages');
    model.update(me(2, 1));
    await clock.advance(NEWS_INTERVAL);
    expect(shown[2]?.title).toBe('A message is held');
  });

  it('of messages to programs are none', async () => {
    const { clock, shown, model } = news();
    model.update(
      facts({
        agents: [{ ...plainAgent('coder'), waiting: 5 }],
      }),
    );
    await clock.advance(NEWS_INTERVAL);
    expect(shown).toEqual([]);
  });

  it('of a new peer are told, and not of those that were there', async () => {
    const { clock, shown, opened, model, click } = news();
    model.update(facts({ peers: [peerView({ peerId: 'A', name: 'office' })] }));
    await clock.advance(NEWS_INTERVAL);
    model.update(
      facts({ peers: [peerView({ peerId: 'A', name: 'office' }), peerView({ peerId: 'B', name: '<b>nas</b>' })] }),
    );
    await clock.advance(NEWS_DELAY);
    expect(shown.map(({ title }) => title)).toEqual(['Paired with ‹b›nas‹/b›']);
    click();
    expect(opened).toEqual([{ to: 'peers' }]);
    await clock.advance(NEWS_MEMORY * 2);
    expect(shown).toHaveLength(1);
  });

  it('are not told to who sees them, wants none, or has paused the device; nor named on a locked screen', async () => {
    const { clock, shown, model, state } = news({ attended: true });
    model.update(facts({ status: failed() }));
    await clock.advance(NEWS_DELAY * 2);
    state.attended = false;
    model.update(facts({ status: failed() }));
    await clock.advance(NEWS_DELAY * 2);
    expect(shown).toEqual([]);
    const unwanted = news({ enabled: false });
    unwanted.model.update(facts({ status: failed() }));
    await unwanted.clock.advance(NEWS_DELAY * 2);
    expect(unwanted.shown).toEqual([]);
    const paused = news();
    paused.model.update(facts({ status: { ...failed(), paused: { since: 1, until: null } } }));
    await paused.clock.advance(NEWS_DELAY * 2);
    expect(paused.shown).toEqual([]);
    const locked = news({ locked: true });
    locked.model.update(facts({ status: failed() }));
    await locked.clock.advance(NEWS_DELAY);
    expect(locked.shown).toEqual([{ title: 'ClawReach has news for you', body: '' }]);
  });
});

it('what an agent of a gateway says is not shown on a locked screen [S-ASK-6]', () => {
  const said = { title: 'home: Backup', body: 'The key is 1234', isUrgent: false };
  expect(hideTextIfLocked(said, false)).toEqual({ title: 'home: Backup', body: 'The key is 1234' });
  expect(hideTextIfLocked(said, true)).toEqual({ title: 'Message from home', body: '' });
});

describe('a terminal that somebody shares with this device', () => {
  const office = peerView({ name: 'office' });

  it('is told of with who and where, never with what it shows, and leads to it [S-ASK-5]', async () => {
    const { clock, shown, opened, model, click } = news();
    const terminal = sharedView({ holder: 'lena-tablet', title: 'rm -rf /secret' });
    model.update(facts({ peers: [office], shared: [terminal] }));
    await clock.advance(NEWS_DELAY);
    expect(shown).toEqual([{ title: 'lena-tablet is sharing a terminal on office', body: 'You can watch it.' }]);
    click();
    expect(opened).toEqual([{ to: 'shared', peerId: office.peerId, terminal: terminal.terminal }]);
  });

  it('is one of several where there are several, and leads to all of them', async () => {
    const { clock, shown, opened, model, click } = news();
    model.update(facts({ peers: [office], shared: [sharedView(), sharedView({ terminal: 'b'.repeat(32) })] }));
    await clock.advance(NEWS_DELAY);
    expect(shown.map(({ title }) => title)).toEqual(['2 terminals on office are shared with you']);
    click();
    expect(opened).toEqual([{ to: 'terminals' }]);
  });

  it('is not told of where the person wants no news, nor named on a locked screen [S-ASK-5]', async () => {
    const off = news({ enabled: false });
    off.model.update(facts({ peers: [office], shared: [sharedView()] }));
    await off.clock.advance(NEWS_DELAY);
    expect(off.shown).toEqual([]);
    const locked = news({ locked: true });
    locked.model.update(facts({ peers: [office], shared: [sharedView({ holder: 'lena-tablet' })] }));
    await locked.clock.advance(NEWS_DELAY);
    expect(JSON.stringify(locked.shown)).not.toMatch(/lena|office/);
    expect(locked.shown).toHaveLength(1);
  });

  it('of a stranger is none, and a peer that shares without end, under ever other names, is told of twice an hour [S-ASK-5]', async () => {
    const { clock, shown, model } = news();
    model.update(facts({ peers: [office], shared: [sharedView({ peerId: 'STRANGER' })] }));
    await clock.advance(NEWS_DELAY);
    expect(shown).toEqual([]);
    for (let time = 0; time < 3_600_000 - NEWS_DELAY; time += 5000) {
      const many = Array.from({ length: 1 + ((time / 5000) % 64) }, (_, index) =>
        sharedView({ terminal: `${time}-${index}`, holder: `name ${time} <a href=x>`, title: `title ${time}` }),
      );
      model.update(facts({ peers: [office], shared: time % 10_000 === 0 ? many : [...many, sharedView()] }));
      await clock.advance(5000);
    }
    expect(shown).toHaveLength(2);
    expect(JSON.stringify(shown)).not.toContain('<');
  });

  it('comes and goes without a word when it does not last', async () => {
    const { clock, shown, model } = news();
    for (let times = 0; times < 100; times += 1) {
      model.update(facts({ peers: [office], shared: [sharedView()] }));
      await clock.advance(NEWS_DELAY / 2);
      model.update(facts({ peers: [office] }));
      await clock.advance(NEWS_DELAY / 2);
    }
    expect(shown).toEqual([]);
  });
});
