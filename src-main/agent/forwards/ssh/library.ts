import type * as Ssh2 from 'ssh2';

export type SshLibrary = typeof Ssh2;

/** Loads `ssh2` when it is needed for the first time: agents without such a rule start without it. */
export async function loadSsh(): Promise<SshLibrary> {
  // CommonJS: its names are those of the default export.
  const { default: library } = (await import('ssh2')) as unknown as { default: SshLibrary };
  return library;
}
