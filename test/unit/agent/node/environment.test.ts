import { expect, it } from 'vitest';
import { filterEnvironment } from '#agent/node/environment.ts';
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
])('sets no %s to %j', async (name, value) => {
  expect(await filter({ [name]: value })).toEqual({ variables: {}, deciding: [], refused: [name] });
});

it.each(['CI', 'DEBUG', 'LC_JOB', 'lang', 'Tz', 'LC_all', 'LSCOLORS', 'QUOTING_STYLE', 'TERMINAL'])(
  'shows %s, which may decide something',
  async (name) => {
    expect(await filter({ [name]: 'C' })).toEqual({ variables: { [name]: 'C' }, deciding: [name], refused: [] });
  },
);
