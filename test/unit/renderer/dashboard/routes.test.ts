import { describe, expect, it } from 'vitest';
import { addressOf, isPublic, routeOf, safeNext, type Route } from '#renderer/dashboard/router/index.ts';
import { PAGE_ROUTES } from '#shared/relay-page/index.ts';

const PROJECT = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const PEER = 'H'.repeat(56);

describe('an address of the dashboard', () => {
  it.each<readonly [string, Route]>([
    ['/', { page: 'home' }],
    ['/auth', { page: 'auth' }],
    ['/auth?next=%2Fsettings%2Ftokens', { page: 'auth', next: '/settings/tokens' }],
    ['/reset-password', { page: 'reset' }],
    ['/docs', { page: 'docs' }],
    ['/dashboard', { page: 'devices' }],
    ['/projects', { page: 'projects' }],
    [`/project/${PROJECT}`, { page: 'project', project: PROJECT, tab: 'devices' }],
    [`/project/${PROJECT}/people`, { page: 'project', project: PROJECT, tab: 'people' }],
    ['/settings', { page: 'settings', tab: 'profile' }],
    ['/settings/data', { page: 'settings', tab: 'data' }],
    ['/skill/privaclaw', { page: 'skill' }],
    [`/terminal/${PEER}`, { page: 'terminal', device: PEER }],
    [`/terminal/${PEER}/main`, { page: 'terminal', device: PEER, session: 'main' }],
  ])('%s names a place, and the place has that address', (address, route) => {
    const { pathname, search } = new URL(address, 'https://relay.example');
    expect(routeOf(pathname, search)).toEqual(route);
    expect(route.page === 'missing' ? '' : addressOf(route)).toBe(address);
  });

  it('of a terminal may have its session in the query, as published', () => {
    expect(routeOf(`/terminal/${PROJECT}`, '?session=abc')).toEqual({
      page: 'terminal',
      device: PROJECT,
      session: 'abc',
    });
  });

  it.each([
    '/nothing',
    '/auth/more',
    '/project/',
    '/project/1',
    `/project/${PROJECT}/nothing`,
    `/project/${PROJECT}/people/more`,
    '/settings/nothing',
    '/terminal',
    '/terminal/abc',
    `/terminal/${PEER}/<b>`,
    '/constructor',
    '/__proto__',
  ])('%s is no place', (path) => {
    expect(routeOf(path)).toEqual({ page: 'missing' });
  });

  it('is one that the relay answers', () => {
    const patterns = PAGE_ROUTES.map((route) => new RegExp(`^${route.replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`));
    const addresses = ['/', '/auth', '/reset-password', '/docs', '/dashboard', '/projects', '/skill/privaclaw'].concat(
      ['people', 'history', 'settings'].map((tab) => `/project/${PROJECT}/${tab}`),
      ['security', 'sessions', 'tokens', 'data'].map((tab) => `/settings/${tab}`),
      [`/terminal/${PEER}/main`],
    );
    expect(addresses.filter((address) => !patterns.some((pattern) => pattern.test(address)))).toEqual([]);
  });
});

describe('the place to go to after signing in', () => {
  it('is a page of the dashboard that needs an account, and nothing else [S-DASH-1]', () => {
    expect(safeNext('/settings/tokens')).toBe('/settings/tokens');
    expect(safeNext(`/project/${PROJECT}/people?x=1#y`)).toBe(`/project/${PROJECT}/people`);
    for (const next of [
      'https://evil.example/dashboard',
      '//evil.example/dashboard',
      String.raw`/\evil.example/dashboard`,
      String.raw`\\evil.example`,
      '/\t/evil.example/dashboard',
      'javascript:alert(1)',
      'dashboard',
      '/auth?next=/auth',
      '/',
      '/docs',
      '/api/v1/account',
      '/nothing',
      '',
    ])
      expect([next, safeNext(next)]).toEqual([next, undefined]);
  });

  it('is asked for by pages that show something of an account', () => {
    expect(isPublic({ page: 'devices' })).toBe(false);
    expect(isPublic({ page: 'terminal', device: PEER })).toBe(false);
    expect(isPublic({ page: 'docs' })).toBe(true);
  });
});
