import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '#test/support/e2e/commands.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.woff2': 'font/woff2',
};

export type BarePages = Readonly<{
  /** The page with `measure` in it. */
  url: string;
  close(): void;
}>;

/** Serves the page that is nothing but xterm.js, and the bytes it is fed, on loopback. */
export async function serveBarePage(bytes: Buffer): Promise<BarePages> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: { page: 'test/bench/window/bare-page.js', style: 'test/bench/window/bare-page.css' },
    outdir: 'out',
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'chrome130',
    loader: { '.woff2': 'file' },
    assetNames: '[name]',
  });
  const files = new Map<string, Readonly<{ type: string; content: string | Uint8Array }>>([
    [
      '/',
      {
        type: 'text/html; charset=utf-8',
        content: '<!doctype html><link rel="stylesheet" href="/style.css"><body><script src="/page.js"></script>',
      },
    ],
    ['/bytes', { type: 'application/octet-stream', content: bytes }],
  ]);
  for (const { path, contents } of outputFiles) {
    const name = basename(path);
    files.set(`/${name}`, { type: TYPES[extname(name)] ?? 'application/octet-stream', content: contents });
  }
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': file.type }).end(file.content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
