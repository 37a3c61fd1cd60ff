type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that Electron and Chromium set in their own process at start. */
const SET_BY_ELECTRON: ReadonlySet<string> = new Set(['CHROME_DESKTOP', 'GDK_BACKEND', 'ORIGINAL_XDG_CURRENT_DESKTOP']);
/** Variables that an AppImage sets for its own programs. */
const SET_BY_IMAGE: ReadonlySet<string> = new Set([
  'APPDIR',
  'APPIMAGE',
  'APPIMAGE_EXIT_AFTER_INSTALL',
  'APPIMAGE_SILENT_INSTALL',
  'APPIMAGE_UUID',
  'ARGV0',
  'OWD',
]);

/**
 * Returns the environment for shells: the person's variables, without those that Electron added, and without the variables and folders of an
 * AppImage, whose libraries don't fit other programs. Used by `startServices`. Pure.
 * @param initial text of /proc/self/environ, the environment at start; undefined where there is none
 */
export function personsEnvironment(current: Variables, initial: string | undefined): Variables {
  const before = new Set(initial?.split('\0').map((line) => line.slice(0, line.indexOf('='))));
  const without = Object.entries(current).filter(([name]) => !SET_BY_ELECTRON.has(name) || before.has(name));
  const image = current['APPDIR'];
  if (current['APPIMAGE'] === undefined || image === undefined || image === '') return Object.fromEntries(without);
  return Object.fromEntries(
    without
      .filter(([name]) => !SET_BY_IMAGE.has(name))
      .map(([name, value]) => [name, value === undefined ? undefined : outside(value, image)] as const)
      .filter(([name, value]) => value !== '' || current[name] === ''),
  );
}

/** Removes the image's folders from a list of folders. */
function outside(value: string, image: string): string {
  if (!value.includes(image)) return value;
  return value
    .split(':')
    .filter((part) => part !== image && !part.startsWith(`${image}/`))
    .join(':');
}
