type Variables = Readonly<Record<string, string | undefined>>;

/** Electron and Chromium set these in their own process at their start. */
const SET_BY_ELECTRON: ReadonlySet<string> = new Set(['CHROME_DESKTOP', 'GDK_BACKEND', 'ORIGINAL_XDG_CURRENT_DESKTOP']);
/** An AppImage sets these for what is in it. */
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
 * The person's variables, without what Electron has added to them, and an AppImage with its folder, where a shell's programs would find libraries
 * that are not theirs: a shell is not a part of the application.
 * @param initial Text of /proc/self/environ, what this process was started with; undefined where there is none
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

/** A list of folders without those of the image. */
function outside(value: string, image: string): string {
  if (!value.includes(image)) return value;
  return value
    .split(':')
    .filter((part) => part !== image && !part.startsWith(`${image}/`))
    .join(':');
}
