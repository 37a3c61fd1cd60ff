import type * as Ssh2 from 'ssh2';

/** Module `ssh2`. */
export type SshLibrary = typeof Ssh2;

/** Loads `ssh2` on first use, so that agents without SSH forwards start without it. */
export async function loadSsh(): Promise<SshLibrary> {
  // CommonJS: its names are those of the default export.
  const { default: library } = (await import('ssh2')) as unknown as { default: SshLibrary };
  return library;
}
