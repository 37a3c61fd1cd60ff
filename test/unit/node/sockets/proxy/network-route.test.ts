import { describe, expect, it } from 'vitest';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { errorCode } from '#shared/errors.ts';
import { parseProxyAddress, RelayRoute, type RouteChoice } from '#node/sockets/index.ts';
import { firstProxy } from '../../../../../src-node/sockets/proxy/network-route.ts';

function relay(url: string) {
  return parseRelayUrl(url, { insecure: true });
}

async function ask(url: string, variables: Record<string, string>, systemProxy?: (url: string) => Promise<string>) {
  const found = await new RelayRoute({ variables, systemProxy }).find(relay(url));
  return found === undefined ? 'direct' : `${found.source} ${found.proxy.url}`;
}

describe('addresses of proxies', () => {
  it.each([
    ['http://proxy.test:3128', 'http://proxy.test:3128'],
    ['proxy.test:3128', 'http://proxy.test:3128'],
    [' HTTP://Proxy.Test/ ', 'http://proxy.test:80'],
    ['http://[2001:db8::1]:8080', 'http://[2001:db8::1]:8080'],
    ['10.0.0.1:8080', 'http://10.0.0.1:8080'],
  ])('%s', (text, url) => {
    expect(parseProxyAddress(text).url).toBe(url);
  });

  it('keeps user and password out of what is shown', () => {
    const proxy = parseProxyAddress('http://ada:p%40ss%3A@proxy.test:3128');
    expect(proxy).toMatchObject({ url: 'http://proxy.test:3128', user: 'ada', password: 'p@ss:' });
  });

  it.each([
    'https://proxy.test:3128',
    'socks5://proxy.test:1080',
    'http://proxy.test:3128/path',
    'http://proxy.test:3128?x',
    'http://proxy.test:0',
    'http://proxy.test:70000',
    'http://pro xy.test:3128',
    'http://proxy.test:3128\r\nX: y',
    'http://a%0d%0ab@proxy.test:3128',
    'http://a%3Ab@proxy.test:3128',
    'http://%zz@proxy.test:3128',
    'http://',
    '',
    'http://proxy_.test$:1',
    `http://${'a'.repeat(400)}:1`,
  ])('refuses %j, and does not repeat it', (text) => {
    let seen: unknown;
    try {
      parseProxyAddress(text);
    } catch (error) {
      seen = error;
    }
    expect(errorCode(seen)).toBe('relay.proxy-address');
    expect(JSON.stringify(seen)).not.toContain('%0d');
  });
});

describe('where the proxy of a relay comes from', () => {
  const PROXY = { HTTPS_PROXY: 'http://a.test:3128', ALL_PROXY: 'http://b.test:3128', http_proxy: 'http://c.test:1' };

  it('is the variables of the person, small letters first', async () => {
    expect(await ask('wss://relay.test', PROXY)).toBe('environment http://a.test:3128');
    expect(await ask('wss://relay.test', { ...PROXY, https_proxy: 'd.test:9' })).toBe('environment http://d.test:9');
    expect(await ask('ws://relay.test', PROXY)).toBe('environment http://c.test:1');
    expect(await ask('wss://relay.test', { all_proxy: 'http://b.test:3128' })).toBe('environment http://b.test:3128');
    expect(await ask('wss://relay.test', {})).toBe('direct');
    // Neither is spoken here: as if it was not there.
    expect(await ask('wss://relay.test', { ALL_PROXY: 'socks5://b.test:1080' })).toBe('direct');
  });

  it.each([
    ['relay.test', 'direct'],
    ['test', 'direct'],
    ['.test', 'direct'],
    ['*.test', 'direct'],
    ['*', 'direct'],
    ['other.test relay.test', 'direct'],
    ['relay.test:7474', 'direct'],
    ['relay.test:443', 'environment http://a.test:3128'],
    ['lay.test', 'environment http://a.test:3128'],
    ['other.test,,', 'environment http://a.test:3128'],
    ['10.0.0.0/8', 'environment http://a.test:3128'],
  ])('leaves out what NO_PROXY names: %s', async (list, outcome) => {
    expect(await ask('wss://relay.test', { ...PROXY, NO_PROXY: list })).toBe(outcome);
  });

  it.each([
    ['wss://10.1.2.3', '10.0.0.0/8', 'direct'],
    ['wss://10.1.2.3', '10.1.2.3', 'direct'],
    ['wss://10.1.2.3', '10.1.2.3:7474', 'direct'],
    ['wss://10.1.2.3', '11.0.0.0/8', 'environment http://a.test:3128'],
    ['wss://10.1.2.3', '10.0.0.0/99', 'environment http://a.test:3128'],
    ['wss://[2001:db8::5]', '2001:db8::/32', 'direct'],
    ['wss://[2001:db8::5]', '[2001:db8::5]', 'direct'],
    ['wss://[2001:db8::5]', '10.0.0.0/8', 'environment http://a.test:3128'],
  ])('and addresses, alone or as a net: %s, %s', async (url, list, outcome) => {
    expect(await ask(url, { ...PROXY, NO_PROXY: list })).toBe(outcome);
  });

  it('is asked of the system where the variables say nothing', async () => {
    const system = (url: string) => Promise.resolve(`PROXY ${new URL(url).hostname}.proxy.test:8080; DIRECT`);
    expect(await ask('wss://relay.test', {}, system)).toBe('system http://relay.test.proxy.test:8080');
    expect(await ask('wss://relay.test', { NO_PROXY: '*', ...PROXY }, system)).toBe('direct');
    expect(await ask('wss://relay.test', {}, () => Promise.reject(new Error('no script')))).toBe('direct');
    expect(firstProxy('DIRECT; PROXY a.test:1')).toBeUndefined();
    expect(firstProxy('SOCKS5 a.test:1; HTTPS b.test:2; PROXY c.test:3')?.url).toBe('http://c.test:3');
    expect(firstProxy('PROXY a.test:1/evil;;PROXY; nonsense')).toBeUndefined();
  });

  it('is never one for what does not leave this machine [S-NET-3]', async () => {
    const manual: RouteChoice = {
      proxy: { mode: 'manual', address: parseProxyAddress('http://a.test:1') },
      authorities: [],
    };
    const route = new RelayRoute({ variables: PROXY, systemProxy: () => Promise.resolve('PROXY b.test:1') });
    for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', '[::1]'])
      expect(await route.proxyFor(relay(`wss://${host}`))).toBeUndefined();
    route.use(manual);
    expect(await route.proxyFor(relay('wss://127.0.0.1'))).toBeUndefined();
    expect((await route.proxyFor(relay('wss://relay.test')))?.url).toBe('http://a.test:1');
    route.use({ proxy: { mode: 'none' }, authorities: [] });
    expect(await route.proxyFor(relay('wss://relay.test'))).toBeUndefined();
  });
});
