import { EventEmitter } from 'node:events';
import type { Menu } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { runTrayAction } from '../../../../src-main/desktop/tray/tray-actions.ts';
import {
  TrayController,
  UPDATE_INTERVAL,
  type TrayIcon,
  type TrayOptions,
} from '../../../../src-main/desktop/tray/controller.ts';
import { agentStatus, approvalView } from '../views.ts';

class FakeIcon extends EventEmitter {
  readonly image: string[] = [];
  readonly tooltip: string[] = [];
  readonly menu: unknown[] = [];
  destroyed = false;
  popUpContextMenu = vi.fn();
  setImage = (image: string): void => void this.image.push(image);
  setToolTip = (text: string): void => void this.tooltip.push(text);
  setContextMenu = (menu: unknown): void => void this.menu.push(menu);
  isDestroyed = (): boolean => this.destroyed;
  destroy = (): void => {
    this.destroyed = true;
  };
}

function controller(changes: Partial<TrayOptions> = {}) {
  const clock = new FakeClock();
  const icons: FakeIcon[] = [];
  const toggle = vi.fn();
  const tray = new TrayController({
    clock,
    platform: 'linux',
    create: () => {
      const icon = new FakeIcon();
      icons.push(icon);
      return icon as unknown as TrayIcon;
    },
    buildMenu: (template) => template as unknown as Menu,
    image: (state) => state,
    act: () => undefined,
    toggle,
    ...changes,
  });
  const icon = (): FakeIcon => {
    const last = icons.at(-1);
    if (last === undefined) throw new Error('no icon');
    return last;
  };
  return { clock, icons, icon, toggle, tray };
}

const ONLINE = {
  status: agentStatus(),
  peers: [],
  pending: [],
  requests: [],
  forwards: [],
  shared: [],
  agents: [],
  transfers: undefined,
  terminals: [],
};
const WAITING = { ...ONLINE, pending: [approvalView()] };

describe('the tray controller', () => {
  it('shows what it was told before there was a tray', () => {
    const { tray, icon } = controller();
    tray.update(ONLINE);
    tray.show();
    expect([icon().image, icon().tooltip, icon().menu.length]).toEqual([['online'], ['ClawReach: Online'], 1]);
  });

  it('draws at most once in 200 ms, and then the last state', async () => {
    const { tray, icon, clock } = controller();
    tray.show();
    for (let index = 0; index < 50; index += 1) tray.update(index % 2 === 0 ? WAITING : ONLINE);
    expect(icon().image).toEqual(['off']);
    await clock.advance(UPDATE_INTERVAL);
    expect(icon().image).toEqual(['off', 'online']);
    tray.update(WAITING);
    await clock.advance(UPDATE_INTERVAL);
    expect(icon().image).toEqual(['off', 'online', 'attention']);
    expect(clock.pending).toBe(0);
  });

  it('leaves alone what stays the same', async () => {
    const { tray, icon, clock } = controller();
    tray.show();
    tray.update({
      status: undefined,
      peers: [],
      pending: [],
      requests: [],
      forwards: [],
      shared: [],
      agents: [],
      transfers: undefined,
      terminals: [],
    });
    await clock.advance(UPDATE_INTERVAL);
    expect([icon().image.length, icon().tooltip.length, icon().menu.length]).toEqual([1, 1, 1]);
  });

  it('draws the menu anew after an entry whose mark the system has changed by itself', async () => {
    const { tray, icon, clock } = controller();
    tray.show();
    tray.restore();
    await clock.advance(UPDATE_INTERVAL);
    expect([icon().image.length, icon().tooltip.length, icon().menu.length]).toEqual([1, 1, 2]);
  });

  it('makes a new icon for a tray that was started anew, and takes it away with the tray', () => {
    const { tray, icons } = controller();
    tray.show();
    tray.show();
    expect(icons.map(({ destroyed }) => destroyed)).toEqual([true, false]);
    tray.hide();
    expect(icons.map(({ destroyed }) => destroyed)).toEqual([true, true]);
    tray.update(WAITING);
    expect(tray.isThere).toBe(false);
  });

  it('toggles the window at a click', () => {
    const { tray, icon, toggle } = controller();
    tray.show();
    icon().emit('click');
    expect(toggle).toHaveBeenCalledOnce();
  });

  it('keeps the menu for the other button on macOS, where it would take the click', () => {
    const { tray, icon, toggle } = controller({ platform: 'darwin' });
    tray.show();
    icon().emit('click');
    icon().emit('right-click');
    expect([toggle.mock.calls.length, icon().menu.length, icon().popUpContextMenu.mock.calls.length]).toEqual([
      1, 0, 1,
    ]);
  });
});

describe('an entry of the menu', () => {
  it.each([
    [{ do: 'open' }, ['show']],
    [{ do: 'quit' }, ['quit']],
    [{ do: 'copy', text: 'office' }, ['copy office']],
    [{ do: 'pair' }, ['show', 'go {"to":"pair","codeOrLink":null}']],
    [{ do: 'peers' }, ['show', 'go {"to":"peers"}']],
    [{ do: 'forwards' }, ['show', 'go {"to":"forwards"}']],
    [{ do: 'forward', id: 'a', enabled: true }, ['forward a true']],
    [{ do: 'pause', milliseconds: 3_600_000 }, ['pause 3600000']],
    [{ do: 'pause', milliseconds: null }, ['pause null']],
    [{ do: 'resume' }, ['resume']],
    [{ do: 'approvals' }, ['show', 'go {"to":"approvals"}']],
    [{ do: 'settings' }, ['show', 'go {"to":"settings"}']],
    [{ do: 'terminal', peerId: 'X' }, ['show', 'go {"to":"terminal","peerId":"X"}']],
    [{ do: 'machine', peerId: 'X' }, ['show', 'go {"to":"machine","peerId":"X"}']],
    [{ do: 'open-terminal', id: 4 }, ['show', 'go {"to":"open-terminal","id":4}']],
    [{ do: 'browse', url: 'http://127.0.0.1:3000/' }, ['browse http://127.0.0.1:3000/']],
  ] as const)('%o shows the window where it leads there', (action, expected) => {
    const done: string[] = [];
    runTrayAction(action, {
      show: () => done.push('show'),
      go: (destination) => done.push(`go ${JSON.stringify(destination)}`),
      forward: (id, enabled) => done.push(`forward ${id} ${enabled}`),
      pause: (milliseconds) => done.push(`pause ${milliseconds}`),
      resume: () => done.push('resume'),
      copy: (text) => done.push(`copy ${text}`),
      browse: (url) => done.push(`browse ${url}`),
      quit: () => done.push('quit'),
    });
    expect(done).toEqual(expected);
  });
});
