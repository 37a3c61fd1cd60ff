import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import {
  ApprovalNotices,
  NOTICE_INTERVAL,
  noticeOf,
  type SystemNotice,
} from '../../../../src-main/desktop/notifications/approval-notices.ts';
import { approvalView, requestView } from '../views.ts';

function notices(state: { enabled?: boolean; attended?: boolean } = {}) {
  const clock = new FakeClock();
  const shown: SystemNotice[] = [];
  const events: string[] = [];
  let click: () => void = () => undefined;
  const model = new ApprovalNotices({
    clock,
    notifier: {
      show: (notice, clicked) => {
        shown.push(notice);
        click = clicked;
      },
      clear: () => events.push('cleared'),
    },
    enabled: () => state.enabled ?? true,
    attended: () => state.attended ?? false,
    open: () => events.push('opened'),
  });
  return { clock, shown, events, model, state, click: () => click() };
}

describe('a notice', () => {
  it('says that a guest waits, and not its name, which it has chosen; on a locked screen only the number', () => {
    const guest = { id: '00000001', link: '0000000a', role: 'type' } as const;
    expect(noticeOf([], [], false, [guest])).toEqual({
      title: 'A request is waiting for you',
      body: 'Someone with your link wants to type in a terminal.',
    });
    expect(noticeOf([approvalView()], [], false, [guest, { ...guest, id: '00000002' }])).toEqual({
      title: '3 requests are waiting for you',
      body: 'From laptop (0000000), a guest.',
    });
    expect(noticeOf([], [], true, [guest]).body).toBe('');
  });

  it('says that a browser asks to be added, without the name and the account that the relay says', () => {
    const browser = { peerId: '7'.repeat(56), name: 'click here', account: 'eve@example.org' };
    expect(noticeOf([], [], false, [], [browser])).toEqual({
      title: 'A request is waiting for you',
      body: 'A browser asks to be added. Open the Inbox to compare its words.',
    });
    expect(noticeOf([approvalView()], [], false, [], [browser]).body).toBe('From laptop (0000000), a browser.');
    expect(noticeOf([], [], true, [], [browser]).body).toBe('');
  });

  it('of a browser comes once, not where the person wants none, and less often while a relay makes up more', async () => {
    const { model, shown, events, clock, state } = notices();
    const browser = (digit: string) => ({ peerId: digit.repeat(56) });
    model.update([], [], [], [browser('1')]);
    model.update([], [], [], [browser('1')]);
    expect(shown).toHaveLength(1);
    model.update([], [], [], []);
    expect(events).toEqual(['cleared']);
    model.update([], [], [], [browser('2')]);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown).toHaveLength(2);
    model.update([], [], [], [browser('2'), browser('3')]);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown).toHaveLength(2);
    state.enabled = false;
    model.update([], [], [], [browser('4')]);
    await clock.advance(NOTICE_INTERVAL * 100);
    expect(shown).toHaveLength(2);
  });

  it('of a guest comes once, and less often while one link brings more and more', async () => {
    const { model, shown, events, clock } = notices();
    const guest = (id: string) => ({ id, link: '0000000a', role: 'view' }) as const;
    model.update([], [], [guest('00000001')]);
    model.update([], [], [guest('00000001')]);
    expect(shown).toHaveLength(1);
    model.update([], [], []);
    expect(events).toEqual(['cleared']);
    model.update([], [], [guest('00000002')]);
    expect(shown).toHaveLength(1);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown).toHaveLength(2);
    model.update([], [], [guest('00000003')]);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown).toHaveLength(2);
  });

  it('says who asks for what exactly, with the short id, and all that decides it [S-ASK-6]', () => {
    const facts = [
      { fact: 'folder', value: '/srv/backup' },
      { fact: 'user', value: 'mira' },
      { fact: 'term', value: 'xterm' },
    ] as const;
    expect(noticeOf([approvalView({ detail: 'run: ./backup.sh', facts })])).toEqual({
      title: 'A request is waiting for you',
      body: [
        'laptop (0000000) wants a terminal on this machine.',
        'Folder: /srv/backup',
        'User: mira',
        'Terminal type: xterm',
        'run: ./backup.sh',
      ].join('\n'),
    });
  });

  it('shows letters that the desktop could reorder as codes [S-NAME-4]', () => {
    const facts = [{ fact: 'folder', value: '/srv/\u05d0/1/\u05d1' }] as const;
    const { body } = noticeOf([approvalView({ peerName: '\u05d0-mac', detail: 'run: rm /\u05d0/1', facts })]);
    expect(body).not.toMatch(/[\u0590-\u08ff]/u);
    expect(body).toContain('Folder: /srv/⟨U+05D0⟩/1/⟨U+05D1⟩\nrun: rm /⟨U+05D0⟩/1');
  });

  it('shows the text of a message as prose', () => {
    const { body } = noticeOf([approvalView({ right: 'message', detail: 'write to coder: \u05d0 1 \u05d1 <b>' })]);
    expect(body).toBe(
      'laptop (0000000) wants to write to an agent on this machine.\nwrite to coder: \u05d0 1 \u05d1 ‹b›',
    );
  });

  it('says first that the words were not compared, where they were not', () => {
    expect(noticeOf([approvalView({ detail: 'run: ls', uncompared: true })]).body).toMatch(
      /^laptop .*\nYou haven't compared its words. Do that first\.\n/,
    );
  });

  it('says how many wait, and nothing of what, on a locked screen', () => {
    expect(noticeOf([approvalView({ facts: [{ fact: 'folder', value: '/srv' }] })], [], true)).toEqual({
      title: 'A request is waiting for you',
      body: '',
    });
  });

  it('says so where it has no room for all of it, and what decides is never pushed out by the words of a peer [S-ASK-6]', () => {
    const detail = `run: echo '${'harmless '.repeat(100)}\nFolder: /home/mira'`;
    const { body } = noticeOf([approvalView({ detail, facts: [{ fact: 'folder', value: '/srv/x' }] })]);
    const lines = body.split('\n');
    expect(lines.slice(0, 2)).toEqual(['laptop (0000000) wants a terminal on this machine.', 'Folder: /srv/x']);
    expect(lines[2]).toMatch(/^run: echo 'harmless .* … ⟨and \d+ more characters⟩$/);
    expect(lines.slice(3)).toEqual(['Open ClawReach to read everything.']);
  });

  it('speaks of several at once, and names each peer once', () => {
    const pending = ['a', 'b', 'b', 'c', 'd'].map((peerName, id) => approvalView({ id, peerName }));
    expect(noticeOf(pending)).toEqual({
      title: '5 requests are waiting for you',
      body: 'From a (0000000), b (0000000), c (0000000), ….',
    });
  });

  it('says what kind of thing waits at which gateway, and never the command [S-ASK-6]', () => {
    const bodies = (['device', 'node', 'exec', 'plugin', 'run'] as const).map(
      (kind) => noticeOf([], [requestView({ kind, who: 'nas', title: 'Send', text: 'to Ada' })]).body,
    );
    expect(bodies).toEqual([
      'nas wants to connect to home.',
      'nas offers commands to home.',
      'An agent of home wants to run a command.',
      'A plugin of home needs your approval.',
      'home wants to run a program on this machine.',
    ]);
    expect(noticeOf([approvalView()], [requestView({ severity: 'critical' })])).toEqual({
      title: '2 requests are waiting for you, at least one is critical',
      body: 'From laptop (0000000), home.',
      urgent: true,
    });
  });

  it('shows names that others chose as plain text [S-NAME-5]', () => {
    expect(noticeOf([approvalView({ peerName: 'a\u202e\u034f\u0007b' })]).body).toMatch(
      /^ab \(0000000\) wants a terminal on this machine\.$/m,
    );
  });

  it('has no markup of a peer, which desktops would make links and images of [S-NAME-5]', () => {
    const { body } = noticeOf([approvalView({ peerName: '<a href="x">R&D</a> &lt;b>', detail: 'run: <b>&lt;' })]);
    expect(body).toBe('‹a href="x"›R＆D‹/a› ＆lt;b› (0000000) wants a terminal on this machine.\nrun: ‹b›＆lt;');
  });
});

describe('requests that wait', () => {
  it('at gateways are told like those of peers, and again when they ask for something else', async () => {
    const { model, shown, clock, click, events } = notices();
    model.update([], [requestView()]);
    model.update([], [requestView()]);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown).toHaveLength(1);
    model.update([], [requestView({ key: 'a.2' })]);
    expect(shown).toHaveLength(2);
    model.update([], []);
    click();
    expect(events).toEqual(['cleared', 'opened']);
  });

  it('say no more than how many they are once the screen is locked [S-ASK-6]', () => {
    const { model, shown } = notices();
    model.screenLocked();
    expect(shown).toEqual([]);
    model.update([approvalView({ detail: 'run: secret' })]);
    model.screenLocked();
    expect(shown.map(({ body }) => body.includes('secret'))).toEqual([true, false]);
  });

  it('are told once', async () => {
    const { model, shown, clock } = notices();
    model.update([approvalView()]);
    model.update([approvalView()]);
    await clock.advance(NOTICE_INTERVAL * 3);
    expect(shown.length).toBe(1);
  });

  it('are told together when they come in quick succession [S-ASK-6]', async () => {
    const { model, shown, clock } = notices();
    for (let id = 1; id <= 100; id += 1)
      model.update(Array.from({ length: id }, (_, index) => approvalView({ id: index })));
    expect(shown.length).toBe(1);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown.map(({ title }) => title)).toEqual([
      'A request is waiting for you',
      '100 requests are waiting for you',
    ]);
  });

  it('are not told of when they are gone again by then', async () => {
    const { model, shown, clock } = notices();
    model.update([approvalView({ id: 1 })]);
    model.update([approvalView({ id: 1 }), approvalView({ id: 2 })]);
    model.update([approvalView({ id: 1 })]);
    await clock.advance(NOTICE_INTERVAL * 2);
    expect(shown.length).toBe(1);
  });

  it('of one who asks again and again are told less and less often, and others at once [S-ASK-5]', async () => {
    const { clock, shown, model, state } = notices();
    // A peer that withdraws and asks anew, twice a second for an hour.
    for (let second = 0; second < 3600; second += 10) {
      model.update([approvalView({ id: second + 1, peerId: 'STRANGER' })]);
      await clock.advance(5000);
      model.update([]);
      await clock.advance(5000);
    }
    expect(shown.length).toBeLessThan(15);
    const before = shown.length;
    model.update([approvalView({ id: 9999, peerId: 'FRIEND', peerName: 'office' })]);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown.length).toBe(before + 1);
    // Somebody has looked: the next one is news again.
    state.attended = true;
    model.update([]);
    model.update([approvalView({ id: 10_000, peerId: 'STRANGER' })]);
    state.attended = false;
    model.update([approvalView({ id: 10_001, peerId: 'STRANGER' })]);
    await clock.advance(NOTICE_INTERVAL);
    expect(shown.length).toBe(before + 2);
  });

  it('name nobody on a locked screen [S-ASK-6]', () => {
    expect(noticeOf([approvalView()], [], true)).toEqual({ title: 'A request is waiting for you', body: '' });
  });

  it('are not told to who does not want notices, or looks at them already', () => {
    const silent = notices({ enabled: false });
    silent.model.update([approvalView()]);
    const attended = notices({ attended: true });
    attended.model.update([approvalView()]);
    // Seen is seen: it is not told later either.
    attended.state.attended = false;
    attended.model.update([approvalView()]);
    expect([silent.shown, attended.shown]).toEqual([[], []]);
  });

  it('take their notice away when all are answered', () => {
    const { model, events } = notices();
    model.update([approvalView()]);
    model.update([]);
    expect(events).toEqual(['cleared']);
  });

  it('are opened by a click on the notice, which answers nothing [S-ASK-6]', () => {
    const { model, events, click } = notices();
    model.update([approvalView()]);
    click();
    expect(events).toEqual(['opened']);
  });

  it('leave no timer behind', () => {
    const { model, clock } = notices();
    model.update([approvalView({ id: 1 })]);
    model.update([approvalView({ id: 2 })]);
    model.close();
    expect(clock.pending).toBe(0);
  });
});
