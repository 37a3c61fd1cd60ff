import { ServiceError } from './errors.ts';

/**
 * Escapes a text for the XML of a LaunchAgent or a Windows task. Pure.
 * @throws {ServiceError} `service.path`: XML 1.0 can't represent control characters
 */
export function xmlText(text: string): string {
  if (/[\p{Cc}\uFFFE\uFFFF]/u.test(text))
    throw new ServiceError('service.path', 'a path has a control character', { details: { path: text } });
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
