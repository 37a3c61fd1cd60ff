/** Bundles the service worker of the page, and gives it the identity of the page that it belongs to. */
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Stands for the identity in the source (`src-browser/service-worker/main.ts`). */
const PLACE = '__CLAWREACH_PAGE_ID__';

/** @param root folder of the project */
export async function buildServiceWorker(
  root: string,
): Promise<Readonly<{ code: Uint8Array; moduleIds: readonly string[] }>> {
  const bundle = await rolldown({
    cwd: root,
    input: join(root, 'src-browser', 'service-worker', 'main.ts'),
    platform: 'browser',
    logLevel: 'warn',
  });
  try {
    const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
    const [chunk] = output;
    return { code: Buffer.from(chunk.code), moduleIds: chunk.moduleIds };
  } finally {
    await bundle.close();
  }
}

/** @returns the service worker for the page with this identity; a script that has no place for one stays as it is */
export function withPageId(script: Uint8Array, id: string): Uint8Array {
  return Buffer.from(Buffer.from(script).toString('utf8').replaceAll(PLACE, id));
}
