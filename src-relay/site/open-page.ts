import packageJson from '../../package.json' with { type: 'json' };
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { PageState } from './page-feature.ts';
import { builtPageFolder, loadPage, type PageSource } from './page-files.ts';

/**
 * Loads the page of this build, or of a folder that tests name. A page that isn't the signed one is refused, and the relay runs without it: machines depend
 * on the relay more than on its page (ADR 47). Never throws.
 */
export async function openPage(source: Partial<PageSource>, logger: Logger): Promise<PageState> {
  try {
    const page = await loadPage({ folder: builtPageFolder(), version: packageJson.version, ...source });
    logger.info('page loaded', { version: page.manifest.version, hash: page.hash, signature: page.signature });
    return { kind: 'served', page };
  } catch (error) {
    logger.error('page refused', { code: errorCode(error), message: errorMessage(error) });
    // What the system says names folders of this machine.
    const reason = error instanceof ClawReachError ? error.message : 'its files cannot be read';
    return { kind: 'refused', code: errorCode(error), reason };
  }
}
