import { ClawReachError } from '#shared/errors.ts';
import { PAGE_TRUSTED_TYPES } from '#shared/relay-page/index.ts';

/** Part of the Trusted Types API that is used here; not in every browser. */
type TrustedTypes = Readonly<{
  createPolicy(name: string, rules: Readonly<{ createScriptURL(url: string): string }>): PolicyOf;
}>;
type PolicyOf = Readonly<{ createScriptURL(url: string): unknown }>;

let policy: PolicyOf | undefined;

/**
 * Starts a module worker. Browsers compare scripts and chunks with the hashes in the page, but not workers: this function fetches the script with its hash
 * from the page's import map, and runs what it has fetched. The script has to be one file without imports. A page without an import map, as in
 * development, starts the worker by its URL. Called by whatever needs a worker in a page of the relay.
 * @throws {ClawReachError} `page.worker` if the script isn't the one that the page names
 */
export async function openCheckedWorker(url: string | URL, options: WorkerOptions = {}): Promise<Worker> {
  const { href, pathname, origin } = new URL(url, document.baseURI);
  const hashes = readIntegrity();
  const module = { ...options, type: 'module' } as const;
  if (hashes === undefined) return new Worker(trusted(href), module);
  const integrity = hashes[pathname];
  if (origin !== location.origin || integrity === undefined) throw changed(pathname);
  const script = await fetch(href, { integrity, credentials: 'omit' })
    .then((response) => response.blob())
    .catch((cause: unknown) => {
      throw changed(pathname, cause);
    });
  const copy = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(trusted(copy), module);
}

/** Returns the hashes of the page's import map; undefined if there is none. */
function readIntegrity(): Readonly<Record<string, string>> | undefined {
  const text = document.querySelector('script[type="importmap"]')?.textContent;
  if (text === undefined) return undefined;
  const { integrity = {} } = JSON.parse(text) as { integrity?: Record<string, string> };
  return integrity;
}

/** Marks a URL as one from which a worker may start. The types of the platform don't know trusted ones yet. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return url;
  policy ??= trustedTypes.createPolicy(PAGE_TRUSTED_TYPES[0], { createScriptURL: (text) => text });
  return policy.createScriptURL(url) as string;
}

function changed(path: string, cause?: unknown): ClawReachError {
  return new ClawReachError('page.worker', `${path} is not the script that the page names`, {
    cause,
    details: { path },
  });
}
