import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import de from './src-shared/locales/de/dashboard/shell.json' with { type: 'json' };
import en from './src-shared/locales/en/dashboard/shell.json' with { type: 'json' };
import zh from './src-shared/locales/zh/dashboard/shell.json' with { type: 'json' };

/** Pages of a build, by the mode of Vite: their entry in `src-renderer`, and their folder in `dist`. */
const PAGES = {
  /** The window. */
  production: { entry: 'index.html', folder: 'renderer', base: './', targets: 'chrome130' },
  /** All components and states of window and dashboard. */
  stories: { entry: 'stories.html', folder: 'stories', base: './', targets: 'chrome130' },
  /**
   * The relay's page, `dist/page`, with `index.html` at its top. Its addresses have several levels, so that its files have absolute paths; its browsers are
   * those of the last two years.
   */
  page: {
    entry: 'dashboard.html',
    folder: 'page',
    base: '/',
    targets: ['chrome131', 'edge131', 'firefox132', 'safari18.1', 'ios18.1'],
  },
} as const;

/** Modules that do nothing when they are loaded: components, and what runs anywhere. */
const QUIET = /\/src-(?:renderer\/(?:ui|store|keys|features|app)|shared|browser)\/.*\.tsx?$/;

/** Pages of the product. Nothing is loaded from elsewhere, nothing is inline: all run under a strict policy. */
export default defineConfig(({ mode }) => {
  const page = PAGES[Object.hasOwn(PAGES, mode) ? (mode as keyof typeof PAGES) : 'production'];
  return {
    root: new URL('src-renderer', import.meta.url).pathname,
    base: page.base,
    publicDir: false,
    plugins: [react(), withoutCors(), ...(mode === 'page' ? [indexAtTop(page.entry), sayWhenStalled()] : [])],
    define: { 'process.env.NODE_ENV': '"production"' },
    // The worker of the page's agent: one script, since the page checks its hash.
    worker: { format: 'iife' },
    build: {
      outDir: new URL(`dist/${page.folder}`, import.meta.url).pathname,
      emptyOutDir: true,
      target: typeof page.targets === 'string' ? page.targets : [...page.targets],
      sourcemap: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      reportCompressedSize: false,
      rollupOptions: {
        input: new URL(`src-renderer/${page.entry}`, import.meta.url).pathname,
        // What only the terminals use of a shared module's door stays out of what every page loads.
        treeshake: { moduleSideEffects: (id) => !QUIET.test(id) },
      },
    },
  };
});

/** Everything comes from one place, and a scheme of the application's own has no CORS. */
function withoutCors(): Plugin {
  return {
    name: 'without-cors',
    transformIndexHtml: (html) => html.replaceAll(' crossorigin', ''),
  };
}

/** Names the page `index.html`, as the relay serves it for every address. */
function indexAtTop(entry: string): Plugin {
  return {
    name: 'index-at-top',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle[entry];
      if (page !== undefined) page.fileName = 'index.html';
    },
  };
}

/** Puts words into the page that are shown where its script never starts, in all languages, since no script chooses one then. */
function sayWhenStalled(): Plugin {
  const words = Object.entries({ en, de, zh }).map(
    ([language, texts]) => `<p lang="${language}">${texts['site.stalled']}</p>`,
  );
  return {
    name: 'say-when-stalled',
    transformIndexHtml: (html) => html.replace('<!-- stalled -->', `<div class="stalled">${words.join('')}</div>`),
  };
}
