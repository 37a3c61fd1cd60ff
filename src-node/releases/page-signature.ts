import { pageSignatureBytes, type PageSignature } from '#shared/relay-page/index.ts';
import { checkSignature } from './signature.ts';

/**
 * Verifies the signature of a page's manifest, with the keys of releases (ADR 24). A build that knows no key, as developers make it, accepts any, and says
 * so. Pure.
 * @param signatures text of the signature file; undefined if there is none
 * @param keys raw public keys, base64
 * @throws {UpdateError} `update.unsigned`, `update.wrong-signature`
 */
export function checkPageSignature(
  manifest: Uint8Array,
  signatures: string | undefined,
  keys: readonly string[],
): PageSignature {
  if (keys.length === 0) return 'development';
  checkSignature(pageSignatureBytes(manifest), signatures ?? '', keys);
  return 'release';
}
