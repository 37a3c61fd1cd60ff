export { profileDirectory, type ProfileFacts } from '#node/profile/index.ts';

/**
 * The profile that a connector's `--config FILE` means: a directory is one itself; for a file it is the directory of the same name beside it,
 * so that keys never end up among foreign files (`~/.relay-connector.json` gives `~/.relay-connector`). The settings file of a profile means
 * that profile.
 */
export function profileOfConfig(path: string, isFile: boolean): string {
  const withoutExtension = path.replace(/\.json$/i, '');
  if (/(?:^|[\\/])settings\.json$/i.test(path)) return path.slice(0, -'settings.json'.length) || '.';
  if (withoutExtension !== path) return withoutExtension;
  return isFile ? `${path}.clawreach` : path;
}
