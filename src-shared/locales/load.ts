import type { Catalogue } from './catalogue.ts';
import type { Language } from './languages.ts';

type Translated = Exclude<Language, 'en'>;

/** Loads the window's texts of a language other than English. Each language is a module of its own, imported only when it is used. */
export async function loadWindowTexts(language: Translated): Promise<Catalogue> {
  switch (language) {
    case 'de':
      return (await import('./de/window.ts')).germanWindow();
    case 'zh':
      return (await import('./zh/window.ts')).chineseWindow();
  }
}

/** Loads the texts of tray, notifications and dialogs of a language other than English, in the same way. */
export async function loadDesktopTexts(language: Translated): Promise<Catalogue> {
  switch (language) {
    case 'de':
      return (await import('./de/desktop.ts')).germanDesktop();
    case 'zh':
      return (await import('./zh/desktop.ts')).chineseDesktop();
  }
}

/** Loads the texts of the dashboard in a language, English too: a page loads the words of one language only. */
export async function loadDashboardTexts(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'en':
      return (await import('./en/dashboard.ts')).englishDashboard();
    case 'de':
      return (await import('./de/dashboard.ts')).germanDashboard();
    case 'zh':
      return (await import('./zh/dashboard.ts')).chineseDashboard();
  }
}
