export { profileDirectory, type ProfileFacts } from '#node/profile/index.ts';

/**
 * Returns the profile for a connector's `--config FILE`. A directory is the profile; for a file it is the directory of
 * the same name beside it, so that keys never end up among other programs' files (`~/.relay-connector.json` gives
 * `~/.relay-connector`). The settings file of a profile means that profile.
 */
export function profileOfConfig(path: string, isFile: boolean): string {
  const withoutExtension = path.replace(/\.json$/i, '');
  if (/(?:^|[\\/])settings\.json$/i.test(path)) return path.slice(0, -'settings.json'.length) || '.';
  if (withoutExtension !== path) return withoutExtension;
  return isFile ? `${path}.clawreach` : path;
}
