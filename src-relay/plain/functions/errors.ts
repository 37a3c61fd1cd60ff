import { PlatformError, type PlatformErrorCode } from '#shared/platform/index.ts';

/**
 * Returns an error of the platform with the documented text, which clients of the functions show; they know no codes. Any other error stays as it is.
 * @param texts by code
 */
export function withDocumentedText(
  error: unknown,
  texts: Readonly<Partial<Record<PlatformErrorCode, string>>>,
): unknown {
  if (!(error instanceof PlatformError)) return error;
  const { code, retryAfter } = error;
  const [, text] = Object.entries(texts).find(([known]) => known === code) ?? [];
  return text === undefined ? error : new PlatformError(code, text, { retryAfter, cause: error });
}
