import { expect, it } from 'vitest';
import { filterEnvironment, loadsOtherCode } from '#agent/openclaw/node/environment.ts';
import { isTimeZone } from '#node/programs/time-zones.ts';

const filter = (variables: Readonly<Record<string, string>>) => filterEnvironment(variables, { isTimeZone });

it.each([
  ['LANG', 'C'],
  ['LANG', 'de_DE.UTF-8@euro'],
  ['LC_ALL', ''],
  ['LC_TIME', 'en_GB'],
  ['LANGUAGE', 'de_AT:de:en'],
  ['TERM', 'xterm-256color'],
  ['TZ', 'Europe/Berlin'],
  ['TZ', 'America/Argentina/Buenos_Aires'],
  ['TZ', 'UTC'],
  ['COLUMNS', '120'],
  ['NO_COLOR', ''],
  ['COLORTERM', 'truecolor'],
])('sets %s to %j without a word: it only says how things look', async (name, value) => {
  expect(await filter({ [name]: value })).toEqual({ variables: { [name]: value }, deciding: [], refused: [] });
});

it.each([
  ['LANGUAGE', '../../../tmp/evil'],
  ['LANGUAGE', 'de:/tmp/evil'],
  ['LANGUAGE', '..'],
  ['LANGUAGE', '%n%n'],
  ['LANG', '/tmp/evil'],
  ['LC_ALL', 'C\n'],
  ['LC_MESSAGES', '.'],
  ['LC_MESSAGES', 'x'.repeat(100)],
  ['TERM', '../evil'],
  ['TERM', '/tmp/evil'],
  ['TERM', '.evil'],
  ['TERM', ''],
  ['TERM', 'x'.repeat(65)],
  ['TZ', ':/etc/passwd'],
  ['TZ', '/usr/share/zoneinfo/UTC'],
  ['TZ', 'posix/../UTC'],
  ['TZ', '../zoneinfo/UTC'],
  ['TZ', 'Europe'],
  ['TZ', 'leapseconds'],
  ['TZ', 'Europe/Nowhere'],
  ['TZ', '%nEST5'],
  ['TZ', '<%n>5'],
  ['TZ', ''],
  ['COLUMNS', '-1'],
  ['COLUMNS', '1e9'],
  ['NO_COLOR', '$(id)'],
  ['COLORTERM', 'a/b'],
  ['LD_PRELOAD', 'x'],
  ['Path', 'x'],
  ['PYTHONSTARTUP', 'x'],
  ['GIT_EDITOR', 'x'],
  ['http_proxy', 'x'],
])('sets no %s to %j [S-NODE-3]', async (name, value) => {
  expect(await filter({ [name]: value })).toEqual({ variables: {}, deciding: [], refused: [name] });
});

it.each(['CI', 'DEBUG', 'LC_JOB', 'lang', 'Tz', 'LC_all', 'LSCOLORS', 'QUOTING_STYLE', 'TERMINAL'])(
  'shows %s, which may decide something [S-NODE-3]',
  async (name) => {
    expect(await filter({ [name]: 'C' })).toEqual({ variables: { [name]: 'C' }, deciding: [name], refused: [] });
  },
);

it.each([
  ['LD_PRELOAD', '/home/me/a.so'],
  ['LD_PRELOAD', 'a.so /opt/b.so'],
  ['LD_AUDIT', './a.so'],
  ['LD_LIBRARY_PATH', '/usr/lib:/home/me/lib'],
  ['LD_LIBRARY_PATH', '/usr/lib/../../home/me'],
  ['LD_LIBRARY_PATH', '/usr/libother'],
  ['DYLD_INSERT_LIBRARIES', 'a.dylib'],
  ['GCONV_PATH', '/home/me'],
  ['LOCPATH', 'locale'],
  ['OPENSSL_CONF', 'openssl.cnf'],
])('finds that programs load what %s=%s of this machine names [S-NODE-4]', (name, value) => {
  expect(loadsOtherCode({ PATH: '/usr/bin', [name]: value })).toBe(true);
});

it.each([
  ['LD_PRELOAD', 'libfaketime.so.1'],
  ['LD_PRELOAD', '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2'],
  ['LD_LIBRARY_PATH', '/usr/local/cuda/lib64:/usr/lib64/'],
  ['LD_BIND_NOW', '1'],
  ['OPENSSL_CONF', '/etc/ssl/openssl.cnf'],
  ['LD_PRELOAD', ''],
  ['EDITOR', '/home/me/vi'],
])('finds nothing that programs load by %s=%s of this machine [S-NODE-4]', (name, value) => {
  expect(loadsOtherCode({ PATH: '/usr/bin', [name]: value })).toBe(false);
});
