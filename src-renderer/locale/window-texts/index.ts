import { englishWindow, loadWindowTexts } from '#shared/locales/index.ts';
import { addTextSource } from '../index.ts';

/** Adds the texts of the window: English at once, the other languages when they are chosen. Each entry that shows parts of the window imports this file. */
addTextSource((language) => (language === 'en' ? Promise.resolve(englishWindow()) : loadWindowTexts(language)), {
  language: 'en',
  catalogue: englishWindow(),
});
