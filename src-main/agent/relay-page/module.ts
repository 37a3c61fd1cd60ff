import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtUpdateSource } from '#node/releases/index.ts';
import { PAGE_PATHS } from '#shared/relay-page/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import type { KnownPage } from './compare-page.ts';
import { PageCheck } from './page-check.ts';

/** Page of this build, for comparison; undefined parts are those of the build. */
export type RelayPageOptions = Readonly<{
  /** Folder of the built page. */
  folder: string;
  keys?: readonly string[];
}>;

/**
 * Creates the module that compares the page of this device's relay with the signed one, once a day and on request. Called by `Agent`. Adds a problem to the
 * status while the page differs.
 */
export function createRelayPage(
  core: Core,
  {
    dialer,
    version,
    relayPage,
    network: { network },
  }: Pick<AgentOptions, 'dialer' | 'version' | 'relayPage'> & Readonly<{ network: NetworkModule }>,
): Module {
  const known = async (): Promise<KnownPage> => ({
    version,
    manifest:
      relayPage === undefined
        ? undefined
        : await readFile(join(relayPage.folder, PAGE_PATHS.manifest)).catch(() => undefined),
    keys: relayPage?.keys ?? builtUpdateSource()?.keys ?? [],
  });
  const check = new PageCheck({ core, network, dialer, known });
  core.views.addStatus(() =>
    check.last?.outcome === 'differs'
      ? { problems: [{ code: 'relay.page-differs', details: { url: check.last.url } }] }
      : {},
  );
  return {
    handlers: {
      'relayPage.get': async () => check.view(),
      'relayPage.check': async ({ url }, { signal }) => await check.check(url, signal),
      'relayPage.set': async ({ daily }) => check.set(daily),
    },
    start: () => check.start(),
    stop: () => check.stop(),
  };
}
