import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * The window (`dist/renderer`) and, in mode `stories`, the page of all its components and states (`dist/stories`). Nothing is loaded from
 * elsewhere, nothing is inline: both run under the strict policy that the application and the web host send.
 */
export default defineConfig(({ mode }) => {
  const stories = mode === 'stories';
  return {
    root: new URL('src-renderer', import.meta.url).pathname,
    base: './',
    publicDir: false,
    plugins: [react(), withoutCors()],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: new URL(stories ? 'dist/stories' : 'dist/renderer', import.meta.url).pathname,
      emptyOutDir: true,
      target: 'chrome130',
      sourcemap: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      reportCompressedSize: false,
      rollupOptions: { input: new URL(`src-renderer/${stories ? 'stories' : 'index'}.html`, import.meta.url).pathname },
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
