import type { Catalogue } from './catalogue.ts';
import type { Language } from './languages.ts';

type Translated = Exclude<Language, 'en'>;

/** Loads the window's texts of a language; each is a file of its own, read only where the language is used. */
export async function loadWindowTexts(language: Translated): Promise<Catalogue> {
  switch (language) {
    case 'de':
      return (await import('./de/window.ts')).germanWindow();
    case 'zh':
      return (await import('./zh/window.ts')).chineseWindow();
  }
}

/** Loads the texts of tray, notifications and dialogs of a language. */
export async function loadDesktopTexts(language: Translated): Promise<Catalogue> {
  switch (language) {
    case 'de':
      return (await import('./de/desktop.ts')).germanDesktop();
    case 'zh':
      return (await import('./zh/desktop.ts')).chineseDesktop();
  }
}
