/**
 * Reports whether browsers keep the session of this page. Without a secure connection they do neither that nor passkeys: the page says so and what to do,
 * since every other message would be wrong.
 */
export function isSecure(): boolean {
  return window.isSecureContext;
}
