import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { durationText } from '#renderer/features/history/entry-text.ts';
import { formatBytes } from '#renderer/ui/text/format-bytes.ts';
import { changeLanguage, formatRelative } from '#renderer/locale/index.ts';

const SOURCES = new URL('../../../../src-renderer/', import.meta.url).pathname;
/** What writes numbers, dates, lists and names in the language of the system, which need not be that of the window. */
const BY_ITSELF =
  /\.toLocale(?:Date|Time|Upper|Lower)?(?:String|Case)\(|new Intl\.(?:Number|DateTime|RelativeTime|List)Format|new Intl\.Collator|\.localeCompare\(/;

afterEach(() => changeLanguage('en'));

test('numbers, dates and names are written in one place, in the language of the window', async () => {
  const found: string[] = [];
  for await (const file of glob('**/*.{ts,tsx}', { cwd: SOURCES }))
    if (!file.startsWith('stories/') && BY_ITSELF.test(readFileSync(`${SOURCES}${file}`, 'utf8'))) found.push(file);
  expect(found).toEqual(['locale/format.ts']);
});

test('so are the times of the history and the sizes of recordings', async () => {
  expect([durationText(5_400_000), formatBytes(1_536_000)]).toEqual(['1 hr 30 min', '1.5 MB']);
  await changeLanguage('de');
  expect([durationText(5_400_000), formatBytes(1_536_000)]).toEqual(['1 Std. 30 Min.', '1,5 MB']);
  await changeLanguage('zh');
  expect(durationText(90_000_000)).toBe('25 小时');
  expect(durationText(0)).toBe('<1 秒');
  expect([formatRelative(-11, 'hour'), formatRelative(-1, 'day')]).toEqual(['11 小时前', '昨天']);
});
