import { describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const HASH = '3f9a1c52d07be846';

const PROMISE = {
  en: 'Sealed from your browser to your machine: against the network, recordings, a stolen database, other people here. Not against a relay that changes this page.',
  de: 'Versiegelt von Ihrem Browser bis zu Ihrem Rechner: gegen das Netzwerk, Aufzeichnungen, eine gestohlene Datenbank und andere Personen hier. Nicht gegen ein Relay, das diese Seite verändert.',
  zh: '从你的浏览器到你的设备全程端到端加密：可防范网络、录制、数据库被盗和此处的其他人，但无法防范篡改此页面的中继。',
} as const;
const LANGUAGES = ['en', 'de', 'zh'] as const;

describe('the page of a relay', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });
  const shown = (text: string): Promise<number> => browser.page.getByText(text).count();

  test.each(LANGUAGES)('says its promise where a person signs in, pairs and looks it up, in %s', async (language) => {
    await browser.setLanguage(language);
    for (const story of ['dashboard/sign in', 'adding/browser is answered', 'settings/in a browser, about']) {
      await browser.openStory(story, { width: 360 });
      await expect.poll(() => shown(PROMISE[language]), { message: story }).toBe(1);
    }
    // The application is signed, and loads nothing from a relay.
    for (const story of ['adding/comparing', 'settings/section about']) {
      await browser.openStory(story);
      expect({ story, shown: await shown(PROMISE[language]) }).toEqual({ story, shown: 0 });
    }
  });

  test.each(LANGUAGES)('names its fingerprint, also beside terminals and to guests, in %s', async (language) => {
    await browser.setLanguage(language);
    for (const story of ['dashboard/sign in', 'settings/in a browser, about', 'guest/name', 'guest/typing']) {
      await browser.openStory(story, { width: 360 });
      await expect.poll(() => shown(HASH), { message: story }).toBe(1);
      expect({ story, overflow: await browser.overflow() }).toEqual({ story, overflow: 0 });
    }
  });
});
