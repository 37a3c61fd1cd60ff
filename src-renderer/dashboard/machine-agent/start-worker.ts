import { ClawReachError } from '#shared/errors.ts';
import { PAGE_TRUSTED_TYPES } from '#shared/relay-page/index.ts';
import address from '../../../src-browser/worker/worker-main.ts?worker&url';

/** Part of the browser's trusted types that the page uses; older browsers have none. */
type TrustedTypes = Readonly<{
  createPolicy(
    name: string,
    rules: Readonly<{ createScriptURL(url: string): string }>,
  ): Readonly<{ createScriptURL(url: string): URL }>;
}>;

/**
 * Starts the worker of the agent, once its script is the one that the page names: the import map of the page has its hash, as of every script (ADR 46).
 * Browsers check that by themselves for what is imported, not for workers.
 * @throws {ClawReachError} `agent.worker`
 */
export async function startWorker(): Promise<Worker> {
  try {
    const integrity = hashOf(new URL(address, location.href).pathname);
    const response = await fetch(address, { integrity, redirect: 'error' });
    if (!response.ok) throw new TypeError(`the relay answers ${response.status}`);
    const blob = new Blob([await response.arrayBuffer()], { type: 'text/javascript' });
    const url = URL.createObjectURL(blob);
    try {
      return new Worker(trusted(url));
    } finally {
      // The worker has taken its script by then.
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }
  } catch (cause) {
    throw new ClawReachError('agent.worker', 'the script of the agent could not be loaded', { cause });
  }
}

/** Returns the hash of a script that the page names. */
function hashOf(path: string): string {
  const map: unknown = JSON.parse(document.querySelector('script[type="importmap"]')?.textContent ?? '{}');
  const { integrity } = map as Readonly<{ integrity?: Readonly<Record<string, string>> }>;
  const hash = integrity?.[path];
  if (hash === undefined) throw new TypeError(`the page names no ${path}`);
  return hash;
}

function trusted(url: string): URL | string {
  const { trustedTypes } = globalThis as unknown as { trustedTypes?: TrustedTypes };
  // Only the URL of a blob that was just checked gets here.
  policy ??= trustedTypes?.createPolicy(PAGE_TRUSTED_TYPES[0], { createScriptURL: (checked) => checked });
  return policy?.createScriptURL(url) ?? url;
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;
