import { describe, expect, test } from 'vitest';
import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { checkDraft, ruleOf } from '../../../../src-renderer/features/forwards/form/draft-check.ts';
import {
  changeGoal,
  goalDraft,
  goalOf,
  serviceOf,
  type Goal,
} from '../../../../src-renderer/features/forwards/form/goals.ts';
import { addressOf, describeMeaning } from '../../../../src-renderer/features/forwards/list/meaning.ts';
import { pageAddressOf, shownAddressOf } from '../../../../src-renderer/features/forwards/list/page-address.ts';
import { forwardView } from './view.ts';

const PEER = '0'.repeat(56);
const named = (goal: Goal, taken: readonly number[] = []) => ({
  ...goalDraft(goal, PEER, taken),
  name: 'Mine',
});
const bridge = (fields: Partial<Extract<ForwardRule, { kind: 'tcp-bridge' }>> = {}): ForwardRule => ({
  kind: 'tcp-bridge',
  name: 'Mine',
  enabled: true,
  peer: PEER,
  direction: 'local',
  listen: { host: '127.0.0.1', port: 3000 },
  to: { host: 'localhost', port: 3000 },
  ...fields,
});

describe('the form of a goal', () => {
  test.each(['database', 'desktop', 'browse'] as const)('%s has nothing left to fill in', (goal) => {
    expect(checkDraft(named(goal), [], undefined)).toEqual({});
    const rule = ruleOf(named(goal));
    expect(rule === undefined ? undefined : goalOf(rule)).toBe(goal);
  });

  test('asks for the port of a web app, and for a folder', () => {
    expect(Object.keys(checkDraft(named('web-app'), [], undefined)).sort()).toEqual(['targetPort']);
    expect(Object.keys(checkDraft(named('folder'), [], undefined))).toEqual(['path']);
  });

  test('proposes the port there, another one if it is taken or needs an administrator, and keeps a typed one', () => {
    const draft = named('web-app');
    expect(changeGoal(draft, { targetPort: '3000' }, []).listenPort).toBe('3000');
    expect(changeGoal(draft, { targetPort: '3000' }, [3000, 3001]).listenPort).toBe('3002');
    expect(changeGoal(draft, { targetPort: '443' }, []).listenPort).toBe('8443');
    const typed = changeGoal(draft, { listenPort: '9999' }, []);
    expect(changeGoal(typed, { targetPort: '3000' }, []).listenPort).toBe('9999');
  });

  test('of a port needs that port alone: it is proposed here too, and an empty field takes a free one', () => {
    expect(Object.keys(checkDraft(named('port'), [], undefined))).toEqual(['targetPort']);
    const draft = changeGoal(named('port'), { targetPort: '80' }, []);
    expect(draft.listenPort).toBe('8080');
    const free = changeGoal(draft, { listenPort: '' }, []);
    expect(checkDraft(free, [], undefined)).toEqual({});
    expect(ruleOf(free)?.listen.port).toBe(0);
  });

  test('knows a service by its port', () => {
    expect(serviceOf('database', named('database'))?.product).toBe('Postgres');
    expect(serviceOf('database', changeGoal(named('database'), { targetPort: '6379' }, []))?.product).toBe('Redis');
    expect(serviceOf('desktop', changeGoal(named('desktop'), { targetPort: '1' }, []))).toBeUndefined();
  });

  test('of a folder for a machine opens its port there, so that a port taken here is no problem', () => {
    const draft = { ...named('folder'), path: '/srv/a', listenPort: '3000' };
    const here = forwardView({}, bridge({ name: 'Another' }));
    expect(checkDraft(draft, [here], undefined)).toEqual({});
    expect(checkDraft({ ...draft, peer: '' }, [here], undefined).listenPort).toMatchObject({ kind: 'port-taken' });
  });
});

describe('a row of a forward', () => {
  test('opens pages in a browser, and nothing else', () => {
    const urlOf = (change: Parameters<typeof bridge>[0] = {}, platform = 'linux') =>
      pageAddressOf(forwardView({ address: '127.0.0.1:9000' }, bridge(change)), [], platform)?.url;
    expect(urlOf({ name: 'Grafana' })).toBe('http://grafana-office.localhost:9000/');
    expect(urlOf({ name: 'Web app on office' })).toBe('http://web-app-on-office.localhost:9000/');
    expect(urlOf({ name: 'Web app 2 on office' })).toBe('http://web-app-2-on-office.localhost:9000/');
    expect(urlOf({ name: 'Backoffice' })).toBe('http://backoffice-office.localhost:9000/');
    expect(urlOf({ name: 'Büro: Grafana!' })).toBe('http://buro-grafana-office.localhost:9000/');
    expect(urlOf({ name: '数据库', to: { host: 'db.lan', port: 8443 } })).toBe('https://office.localhost:9000/');
    expect(urlOf({ name: 'Reports of the whole warehouse' })).toBe(
      'http://reports-of-the-whole-office.localhost:9000/',
    );
    expect(urlOf({ name: 'Grafana' }, 'darwin')).toBe('http://localhost:9000/');
    expect(urlOf({ listen: { host: '192.168.1.5', port: 3000 } })).toBe('http://192.168.1.5:9000/');
    for (const port of [22, 5432, 3389, 5901]) expect(urlOf({ to: { host: 'a', port } })).toBeUndefined();
    expect(urlOf({ direction: 'remote' })).toBeUndefined();
  });

  test('keeps the host of its page when another forward of the same name comes', () => {
    const first = forwardView({ id: '1', address: '127.0.0.1:3000' }, bridge({ name: 'Grafana' }));
    const second = forwardView({ id: '2', address: '127.0.0.1:3001' }, bridge({ name: 'grafana!' }));
    const hostsOf = (all: readonly ForwardView[]) => all.map((one) => pageAddressOf(one, all, 'linux')?.address);
    expect(hostsOf([first])).toEqual(['grafana-office.localhost:3000']);
    expect(hostsOf([first, second])).toEqual(['grafana-office.localhost:3000', 'grafana-office--3001.localhost:3001']);
  });

  test('opens pages of different forwards under different hosts, whatever their names [S-FWD-10]', () => {
    const names = [
      'Grafana',
      'grafana',
      'Gr\u0430fana',
      'evil.example/',
      'a@b',
      '\u202egrafana',
      '',
      '..',
      'x'.repeat(64),
    ];
    const all = names.flatMap((name, index) =>
      ['office', 'office (2)', 'Büro', 'buro'].map((peerName, machine) => {
        const address = `127.0.0.1:${3000 + 10 * index + machine}`;
        return forwardView({ id: `${index} ${machine}`, peerName, address }, bridge({ name }));
      }),
    );
    const hosts = all.map((forward) => new URL(pageAddressOf(forward, all, 'linux')?.url ?? '').hostname);
    expect(new Set(hosts).size).toBe(all.length);
    for (const host of hosts) expect(host).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.localhost$/);
  });

  test('says in words what it does, and where', () => {
    const meaning = (rule: ForwardRule) => describeMeaning(forwardView({}, rule), []);
    expect(meaning(bridge())).toBe('Port 3000 on office');
    expect(meaning(bridge({ to: { host: '::2', port: 5432 } }))).toBe('[::2]:5432, reached from office');
    expect(meaning(bridge({ direction: 'remote' }))).toBe('localhost:3000 of this machine, for office');
    const address = (at: string | null, rule: ForwardRule) => addressOf(forwardView({ address: at }, rule));
    expect(address(null, bridge({ direction: 'remote' }))).toEqual({ address: 'localhost:3000', on: 'on office' });
    expect(address('127.0.0.1:3000', bridge())).toEqual({ address: 'localhost:3000' });
  });

  test('of a folder for a machine names the folder here, and its address there', () => {
    const rule: ForwardRule = {
      kind: 'folder',
      name: 'photos for office',
      enabled: true,
      peer: '0'.repeat(56),
      listen: { host: '127.0.0.1', port: 8000 },
      path: '/srv/photos',
    };
    const shared = forwardView({ address: '127.0.0.1:8000' }, rule);
    expect(describeMeaning(shared, [shared])).toBe('/srv/photos, for office');
    expect(addressOf(shared)).toEqual({ address: 'http://localhost:8000', on: 'on office' });
    expect(pageAddressOf(shared, [shared], 'linux')).toBeUndefined();
    expect(shownAddressOf(shared, [shared], 'linux')).toEqual(addressOf(shared));
  });

  test('names the folder behind a port on another machine', () => {
    const folder = forwardView(
      { address: '127.0.0.1:8000' },
      { kind: 'folder', name: 'f', enabled: true, listen: { host: '127.0.0.1', port: 8000 }, path: '/srv/a' },
    );
    const port = forwardView({}, bridge({ direction: 'remote', to: { host: '127.0.0.1', port: 8000 } }));
    expect(describeMeaning(port, [folder])).toBe('/srv/a, for office');
    expect(describeMeaning(port, [])).toBe('127.0.0.1:8000 of this machine, for office');
  });
});
