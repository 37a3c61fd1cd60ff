export { profileDirectory, type ProfileFacts } from '#node/profile/index.ts';

/**
 * Returns the profile directory for `--config FILE` of the relay connector. A path to a directory is the profile. For a
 * file, the profile is a directory beside it with the same name, so that keys never end up among files of other
 * programs (`~/.relay-connector.json` gives `~/.relay-connector`). The path of a profile's `settings.json` gives that
 * profile. Pure.
 */
export function profileOfConfig(path: string, isFile: boolean): string {
  const withoutExtension = path.replace(/\.json$/i, '');
  if (/(?:^|[\\/])settings\.json$/i.test(path)) return path.slice(0, -'settings.json'.length) || '.';
  if (withoutExtension !== path) return withoutExtension;
  return isFile ? `${path}.clawreach` : path;
}
