import type { ReleaseMetadata } from '#node/releases/index.ts';

export type ReleaseFile = ReleaseMetadata['files'][number];

const ENDINGS: Readonly<Record<string, string>> = { linux: '.appimage', darwin: '.zip', win32: '.exe' };

/**
 * Returns the file of a release that this system downloads; undefined if there is none. A file that names an architecture fits no other one. Used by
 * `ElectronEngine`. Pure.
 */
export function chooseFile({ files }: ReleaseMetadata, platform: string, arch: string): ReleaseFile | undefined {
  const ending = ENDINGS[platform];
  if (ending === undefined) return undefined;
  const fitting = files.filter(({ url }) => nameOf(url).endsWith(ending));
  return (
    fitting.find(({ url }) => archOf(nameOf(url)) === arch) ??
    fitting.find(({ url }) => archOf(nameOf(url)) === undefined)
  );
}

function nameOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1)?.toLowerCase() ?? '';
}

function archOf(name: string): string | undefined {
  if (/(?:arm64|aarch64)/.test(name)) return 'arm64';
  return /(?:x64|x86_64|amd64)/.test(name) ? 'x64' : undefined;
}
