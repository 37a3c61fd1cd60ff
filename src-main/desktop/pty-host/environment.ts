type Variables = Readonly<Record<string, string | undefined>>;

/** Electron and Chromium set these in their own process at their start. */
const SET_BY_ELECTRON: ReadonlySet<string> = new Set(['CHROME_DESKTOP', 'GDK_BACKEND', 'ORIGINAL_XDG_CURRENT_DESKTOP']);

/**
 * The person's variables, without what Electron has added to them: a shell is not a part of the application.
 * @param initial Text of /proc/self/environ, what this process was started with; undefined where there is none
 */
export function personsEnvironment(current: Variables, initial: string | undefined): Variables {
  const before = new Set(initial?.split('\0').map((line) => line.slice(0, line.indexOf('='))));
  return Object.fromEntries(Object.entries(current).filter(([name]) => !SET_BY_ELECTRON.has(name) || before.has(name)));
}
